"""The words of Ringback (callback, record, outcome, reason), and what telephone numbers, times and texts mean here.

Imports nothing of ours.
"""
