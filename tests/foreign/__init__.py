"""Clients that nobody here wrote, against the sandbox: what they accept, an org would have answered."""
