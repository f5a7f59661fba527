"""A fast stand-in for Salesforce: it counts calls, knows the unique index and answers after a set delay.

The sandbox knows far more rules, and is slower than what is measured. `python -m bench.stand_in --port 9000` starts it.
"""
