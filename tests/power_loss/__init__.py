"""What a loss of power leaves of the ledger: `python -m tests.power_loss`, or `make power-loss`.

The writes and syncs of the real processes are recorded with strace while callbacks are answered. Then the power is cut
at each sync. What was not synced is gone; the files are built anew and the database is opened. Whatever was answered
200 until then must be there, with its state.
"""
