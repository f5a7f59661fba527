"""What a person does with the ledger: finds, replays and discards callbacks. One file each, for CLI and console."""
