"""Text of callers, where people look at it."""


def harmless(text: str) -> str:
    """The text without what could steer a terminal, or turn round what stands beside it."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in "\n\t" else one.encode("unicode_escape").decode() for one in text)


def payload_text(raw: bytes) -> str:
    """The bytes as text, in the encodings in which jtel sends."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
