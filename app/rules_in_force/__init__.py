"""The configuration that callbacks are mapped with, and how a changed file replaces it."""
