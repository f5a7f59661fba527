"""Whose Case a content has: its own, another content's, or that of the same caller."""
