"""The words of Ringback: callback, record, outcome, reason. Imports nothing of ours."""
