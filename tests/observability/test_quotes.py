"""What others wrote quotes nobody."""

import pytest

from app.observability.quotes import without_quotes


@pytest.mark.parametrize(
    ("sentence", "values", "told"),
    [
        ("Frau Zyrkowska needs a Contract", ["Call ZYRKOWSKA back"], "Frau … needs a Contract"),
        ("Herr Ng and Bob Li are blocked", ["Bob Li", "Ng"], "Herr … and … are blocked"),
        ("No callbacks at all", ["Callback for Anna"], "No callbacks at all"),
        ("Mu\u0308ller is blocked", ["M\u00fcller"], "… is blocked"),
        ("mail anna.m@example.com", ["anna.m@example.com"], "mail …"),
        ("Customer 4711 is unknown", ["4711"], "Customer … is unknown"),
        ("call +49 30 901820", [], "call …20"),
        ("the text in it is to be short", ["the text is in it, is it?"], "the … in it is to be short"),
        ("Set Reason to a value", ["High"], "Set Reason to a value"),
    ],
)
def test_words_of_a_value_are_blanked(sentence: str, values: list[str], told: str) -> None:
    """Words that stand in a value go, in any case; the small words that make a sentence stay."""
    assert told == without_quotes(sentence, values)


LONG = """Call back: +4930901820
Group: Sales (3)

Hello, this is Anna and I want a contract about the house in Elm Street 12b, my mail is anna.z@gmx.de."""


@pytest.mark.parametrize(
    ("sentence", "values", "told"),
    [
        ("invalid email address: max@gmx.de", ["max@gmx.de"], "invalid email address: …"),
        ("«Max@GMX.de» is taken (email=max@gmx.de)", ["max@gmx.de"], "«…» is taken (email=…)"),
        ("mailto:anna.z@gmx.de is taken", [LONG], "mailto:… is taken"),
        ("no house 12b here", [LONG], "no house … here"),
        ("bad value: max", ["max"], "bad value: …"),
        ("bad value: ng li", ["Call li ng"], "bad value: … …"),
        ("An and So are blocked", ["so an"], "… and … are blocked"),
        ("K. O. Ba is blocked", ["K. O. Ba"], "… is blocked"),
        ("A group and a contract are needed to call", [LONG], "A group and a contract are needed to call"),
        ("You said: this is Anna, and I want more", [LONG], "You said: … more"),
        ("Ask admin@example.org, room 101", ["max@gmx.de", LONG], "Ask admin@example.org, room 101"),
        ("Say why", ["a", ""], "Say why"),
    ],
)
def test_what_is_a_quote(sentence: str, values: list[str], told: str) -> None:
    """Addresses, short names and phrases of a long text are; what an admin says in words of the language is none."""
    assert told == without_quotes(sentence, values)
