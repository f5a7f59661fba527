"""From a callback to a record."""
