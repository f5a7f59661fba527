"""From a request to an outcome: read it, map it, attempt to write it before the deadline."""
