"""What is measured. Each scenario has a `run`, which returns what goes into the report."""
