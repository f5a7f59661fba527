"""Tells people what is wrong, once for each incident, and when it is over; for who has no Prometheus."""
