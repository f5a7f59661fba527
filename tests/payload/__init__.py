"""From the bytes that jtel sends to a callback."""
