"""Tries the rules on payloads: what they would make of them, and what a change of the rules changes. Writes nothing."""
