"""What jtel talks to."""
