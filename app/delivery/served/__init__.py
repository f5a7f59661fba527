"""Callers who had asked to be called back, ring again and are served: their open Cases say so."""
