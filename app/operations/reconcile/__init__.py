"""Takes in what never came: jtel has it, and the ledger has not."""
