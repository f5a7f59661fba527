"""Who may use the console, and who is at it."""
