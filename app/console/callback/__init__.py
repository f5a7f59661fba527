"""One callback, as its page shows it."""
