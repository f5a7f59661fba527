"""The life of an entry: its states and all that changes them."""
