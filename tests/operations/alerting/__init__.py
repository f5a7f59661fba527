"""Alerts, on real receivers."""
