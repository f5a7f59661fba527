"""The words of Ringback."""
