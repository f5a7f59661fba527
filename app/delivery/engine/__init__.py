"""Delivers what the requests could not."""
