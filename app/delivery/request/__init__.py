"""What becomes of a callback while jtel waits for the answer."""
