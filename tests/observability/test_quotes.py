"""What others wrote quotes nobody."""

import pytest

from app.observability.quotes import without_quotes


@pytest.mark.parametrize(
    ("sentence", "values", "told"),
    [
        ("Frau Zyrkowska needs a Contract", ["Call ZYRKOWSKA back"], "Frau … needs a Contract"),
        ("Herr Ng and Bob Li are blocked", ["Bob Li", "Ng"], "Herr … and … … are blocked"),
        ("No callbacks at all", ["Callback for Anna"], "No callbacks at all"),
        ("Mu\u0308ller is blocked", ["M\u00fcller"], "… is blocked"),
        ("mail anna.m@example.com", ["anna.m@example.com"], "mail ….m@….com"),
        ("Customer 4711 is unknown", ["4711"], "Customer … is unknown"),
        ("call +49 30 901820", [], "call …20"),
        ("the text in it is to be short", ["the text is in it, is it?"], "the … in it is to be short"),
        ("Set Reason to a value", ["High"], "Set Reason to a value"),
    ],
)
def test_words_of_a_value_are_blanked(sentence: str, values: list[str], told: str) -> None:
    """Words that stand in a value go, in any case; the small words that make a sentence stay."""
    assert told == without_quotes(sentence, values)
