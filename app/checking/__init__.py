"""Compares the rules with the org that they write to, before the first callback does."""
