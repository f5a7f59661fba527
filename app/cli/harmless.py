"""Text of callers on a terminal."""


def harmless(text: str) -> str:
    """The text without what could steer the terminal."""
    return "".join(one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode() for one in text)
