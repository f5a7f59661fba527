"""A model of the protocol: requests, engine and command, each step by step, in every order, on the real changes."""
