"""Whose Case it is: a callback's own, another's of its event, or the same caller's."""
