"""Measurements made by hand: `python -m bench.<name>`. They print ratios, since times depend on the machine."""
