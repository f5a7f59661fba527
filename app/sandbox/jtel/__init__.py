"""Plays jtel: callbacks as its releases would send them."""
