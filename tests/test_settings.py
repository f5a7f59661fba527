"""The environment, read and judged."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.cli.run import is_given
from app.crm.salesforce import ClientCredentials, JwtCredentials
from app.domain.errors import ConfigError
from app.settings import load_secrets, load_settings, short

ORG = {"SALESFORCE_DOMAIN": "acme.my", "SALESFORCE_CLIENT_ID": "id", "SALESFORCE_CLIENT_SECRET": "secret"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "RINGBACK_CRM",
        "RINGBACK_SECRET",
        "RINGBACK_SECRET_FILE",
        "RINGBACK_DEADLINE",
        "SALESFORCE_PRIVATE_KEY",
        "SALESFORCE_USERNAME",
        *ORG,
    ):
        monkeypatch.delenv(name, raising=False)


def set_all(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in {**ORG, **values}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    "written",
    ["acme.my", "acme.my.salesforce.com", "https://acme.my.salesforce.com", "https://acme.my.salesforce.com/"],
)
def test_domain_as_people_write_it(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """The org's domain may be given short, whole, or as a URL."""
    set_all(monkeypatch, SALESFORCE_DOMAIN=written)

    assert "acme.my" == load_settings().salesforce.credentials.domain


def test_secret_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting may name a file; the line end of an editor is not part of the secret."""
    (tmp_path / "secret").write_text("from-a-file\n")
    set_all(monkeypatch)
    monkeypatch.delenv("SALESFORCE_CLIENT_SECRET")
    monkeypatch.setenv("SALESFORCE_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("RINGBACK_SECRET_BERLIN_2_FILE", str(tmp_path / "secret"))

    assert ClientCredentials("acme.my", "id", "from-a-file") == load_settings().salesforce.credentials
    assert {"berlin-2": ("from-a-file",)} == load_secrets(["berlin-2"])


def test_database_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that cannot be read is told without the password in it."""
    set_all(monkeypatch, DATABASE_URL="postgres://ringback:planted-password@127.0.0.1:port/x")
    with pytest.raises(ConfigError) as caught:
        load_settings()

    assert "DATABASE_URL" in str(caught.value)
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("written", ["old new", " old\nnew\n", "old \t\r\n new"])
def test_several_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str) -> None:
    """A setting, or its file, may hold several secrets with white space between them."""
    (tmp_path / "secret").write_text(written)
    monkeypatch.setenv("RINGBACK_SECRET", written)
    monkeypatch.setenv("RINGBACK_SECRET_BERLIN_FILE", str(tmp_path / "secret"))

    assert {"default": ("old", "new"), "berlin": ("old", "new")} == load_secrets(["default", "berlin"])


@pytest.mark.parametrize(
    ("secrets", "told"),
    [(["x" * 32], None), ([], None), (["x" * 32, "y" * 31], "31 characters can be guessed (blanks make 2 secrets")],
)
def test_secrets_that_can_be_guessed(secrets: list[str], told: str | None) -> None:
    """The shortest is what is told."""
    said = short(secrets)

    assert (told is None) == (said is None)
    assert (told or "") in (said or "")


@pytest.mark.parametrize("name", ["RINGBACK_SECRET", "RINGBACK_SECRET_FILE"])
@pytest.mark.parametrize(("value", "given"), [("x", True), (" ", False), (None, False)])
def test_whether_a_secret_is_given(monkeypatch: pytest.MonkeyPatch, name: str, value: str | None, given: bool) -> None:
    """A secret is there by itself or in a file; blanks are none."""
    if value is not None:
        monkeypatch.setenv(name, value)

    assert given is is_given("RINGBACK_SECRET")


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize("escaped", [False, True])
def test_private_key_means_jwt(monkeypatch: pytest.MonkeyPatch, private_key: str, escaped: bool) -> None:
    """With a private key the JWT flow is used and no secret is asked for; its line ends may be written as \\n."""
    written = private_key.replace("\n", "\\n") if escaped else private_key
    set_all(monkeypatch, SALESFORCE_PRIVATE_KEY=written, SALESFORCE_USERNAME="me@acme.example")
    monkeypatch.delenv("SALESFORCE_CLIENT_SECRET")

    credentials = load_settings().salesforce.credentials

    assert isinstance(credentials, JwtCredentials)
    assert private_key.strip() == credentials.private_key.strip()


@pytest.mark.parametrize("key", ["no key", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"])
def test_broken_private_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A key that cannot sign stops the start."""
    set_all(monkeypatch, SALESFORCE_PRIVATE_KEY=key)

    with pytest.raises(ConfigError) as caught:
        load_settings()

    (problem,) = caught.value.problems

    assert problem.startswith("SALESFORCE_PRIVATE_KEY: this is no RSA private key")


def test_all_problems_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that is missing or wrong is told in one go."""
    monkeypatch.setenv("RINGBACK_DEADLINE", "soon")
    monkeypatch.setenv("SALESFORCE_CLIENT_ID", "")

    with pytest.raises(ConfigError) as caught:
        load_settings()

    named = sorted(problem.split()[0].rstrip(":") for problem in caught.value.problems)

    assert sorted([*ORG, "RINGBACK_DEADLINE"]) == named


def test_sandbox_needs_no_org_and_takes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the sandbox an org's credentials are not asked for, and not used if they are there."""
    monkeypatch.setenv("RINGBACK_CRM", "sandbox")
    bare = load_settings()
    set_all(monkeypatch)

    assert bare == load_settings()
    assert bare.sandbox
    assert ClientCredentials("sandbox.my", "sandbox", "sandbox") == bare.salesforce.credentials


def test_every_source_needs_a_secret() -> None:
    """A source without a secret is named with the setting that it lacks."""
    with pytest.raises(ConfigError) as caught:
        load_secrets(["default", "berlin-2"])

    assert ["RINGBACK_SECRET", "RINGBACK_SECRET_BERLIN_2"] == [line.split()[0] for line in caught.value.problems]


@pytest.mark.parametrize("written", ["127.0.0.1", "::1", "::ffff:203.0.113.0/120", "-1", "10"])
def test_proxies_that_are_no_number(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    """Who gives the addresses of the proxies is told that their number is wanted."""
    set_all(monkeypatch, RINGBACK_PROXIES=written)
    with pytest.raises(ConfigError) as caught:
        load_settings()

    assert ["RINGBACK_PROXIES: wanted is how many proxies stand in front (0 to 9), and not their addresses"] == (
        caught.value.problems
    )


HASH = f"scrypt:32768:8:1.salt.{'0' * 128}"


@pytest.mark.parametrize(
    ("users", "problem"),
    [
        (f"anna:operator:{HASH} berta:viewer:{HASH.replace('.', '$')}", None),
        ("anna", "number 1 of its entries is none"),
        (f"anna:operator:{HASH} berta", "number 2 of its entries is none"),
        (f"anna:admin:{HASH}", "number 1 of its entries is none"),
        (f"an/na:viewer:{HASH}", "number 1 of its entries is none"),
        ("anna:operator:a-plain-password", "number 1 of its entries is none"),
        (f"anna:operator:pbkdf2:sha256:1$a${'0' * 128}", "number 1 of its entries is none"),
        (f"anna:operator:{HASH} anna:viewer:{HASH}", "a name stands twice"),
    ],
)
def test_users_of_the_console(monkeypatch: pytest.MonkeyPatch, users: str, problem: str | None) -> None:
    """What is no user stops the start, and is told without what stands in it."""
    set_all(monkeypatch, RINGBACK_CONSOLE_USERS=users, RINGBACK_SESSION_KEY="k" * 32)
    if problem is None:
        known = load_settings().console.users
        assert ["anna", "berta"] == list(known)
        assert {HASH.replace(".", "$")} == {user.password for user in known.values()}
        return

    with pytest.raises(ConfigError) as caught:
        load_settings()
    (said,) = caught.value.problems
    assert problem in said
    assert "plain-password" not in said


def test_users_need_a_session_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without users there need be none."""
    set_all(monkeypatch)
    monkeypatch.delenv("RINGBACK_SESSION_KEY", raising=False)
    assert {} == load_settings().console.users

    monkeypatch.setenv("RINGBACK_CONSOLE_USERS", f"anna:operator:{HASH}")
    with pytest.raises(ConfigError, match="RINGBACK_SESSION_KEY is not set"):
        load_settings()
