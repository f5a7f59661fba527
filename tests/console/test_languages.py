"""In which language the console speaks."""

import pytest

from tests.support.console_client import ConsoleClient


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("de", "de"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("de-AT", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr-FR,fr;q=0.9", "en"),
        ("fr,de;q=0.5,en;q=0.3", "de"),
        ("", "en"),
        ("*", "en"),
        ("\x00;q=x,,;", "en"),
    ],
)
def test_the_browser_decides(console_url: str, wanted: str, language: str) -> None:
    answer = ConsoleClient(console_url).get("/console/sign-in", **{"Accept-Language": wanted.replace("\x00", "0")})

    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_switch_overrides_it(console_url: str, language: str) -> None:
    """Before and after the sign-in, and it leads back to the page where somebody was."""
    client = ConsoleClient(console_url)
    client.get("/console/sign-in", **{"Accept-Language": "en"})
    answer = client.post("/console/language", language=language, next="/console/callbacks?state=failed")

    assert answer.headers["Location"] == "/console/callbacks?state=failed"
    page = client.get("/console/sign-in", **{"Accept-Language": "fr"}).text
    assert f'<html lang="{language}">' in page


@pytest.mark.parametrize("language", ["", "fr", "../de", "<script>"])
def test_another_language_is_none(console_url: str, language: str) -> None:
    client = ConsoleClient(console_url)
    client.get("/console/sign-in")

    assert client.post("/console/language", language=language).status_code == 404
