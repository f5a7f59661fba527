"""What can be started with, and was most likely not meant: every finding of this room is a warning.

The rules are tried with callbacks that never were, and their texts are looked through for what people write from habit.
"""
