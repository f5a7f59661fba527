"""Every kind of finding, each on an org that was broken for it: `orgs/<case>.yaml`. Another file is another test."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from app.checking.check import OrgCheck
from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Report
from app.checking.refs import check_refs
from app.checking.rules import read_rules
from app.checking.view import View
from app.checking.wishes import Wish
from app.crm.org import ObjectInfo, Org, OrgUser
from app.crm.salesforce import Client, ClientCredentials, Login, SalesforceInspector, build_http
from app.domain.errors import CrmError
from app.domain.reasons import Scope
from app.domain.record import Ref
from app.mapping.config import load_config
from tests.support.sandbox import RunningSandbox

ORGS = Path(__file__).parent / "orgs"
CASES = {path.stem: YAML(typ="safe").load(path.read_text("utf-8")) for path in sorted(ORGS.glob("*.yaml"))}
VERSION = "66.0"


@pytest.mark.parametrize("case", CASES)
def test_finding(case: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """All that is wrong with the org is found, at its line, and nothing else. Each says who mends it and where."""
    for change in CASES[case].get("org", ()):
        sandbox.org(**change)

    report = look(sandbox, CASES[case]["config"], tmp_path)

    assert CASES[case]["found"] == [told(finding) for finding in report.findings]
    assert [] == [told(one) for one in report.findings if not one.fix and one.level.value != "unchecked"]


CONNECTIONS = {
    "login_refused": ("invalid_client", 400, "oauth2/token"),
    "session_refused": ("INVALID_AUTH_HEADER", 401, "composite"),
    "api_disabled": ("API_DISABLED_FOR_ORG", 403, "composite"),
    "org_refused": ("STORAGE_LIMIT_EXCEEDED", 400, "composite"),
}


@pytest.mark.parametrize("word", CONNECTIONS)
def test_connection(word: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """What keeps us from looking at all is the one finding."""
    code, status, match = CONNECTIONS[word]
    sandbox.fault("error", code=code, status=status, message="No.", match=match, level="request", share=1)

    report = look(sandbox, CASES["all-is-well"]["config"], tmp_path)

    assert [word] == [finding.code.word for finding in report.findings]
    assert "Setup > " in report.findings[0].fix or word == "org_refused"


@pytest.mark.parametrize(("version", "words"), [("99.0", ["api_version_retired"]), ("29.0", ["api_version_retired"]),
                                                ("40.0", ["api_version_ageing"]), ("41.0", [])])  # fmt: skip
def test_version(version: str, words: list[str], sandbox: RunningSandbox, tmp_path: Path) -> None:
    """A version that the org does not serve is told with those that it serves; one that goes next is warned of."""
    report = look(sandbox, CASES["all-is-well"]["config"], tmp_path, version)

    assert words == [finding.code.word for finding in report.findings]
    if words == ["api_version_retired"]:
        assert "31.0 to 68.0" in report.findings[0].message


@pytest.mark.parametrize("fault", ["unavailable", "reset_before", "daily_limit", "html"])
def test_org_that_is_away(fault: str, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """An org that cannot be asked just now is no finding."""
    sandbox.fault(fault, share=1)

    with pytest.raises(CrmError) as raised:
        look(sandbox, CASES["all-is-well"]["config"], tmp_path)

    assert Scope.TRANSIENT is raised.value.scope


def test_few_calls(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """However many rules, queues and users: one call for all that is queried and one for each object; it says so."""
    report = look(sandbox, CASES["users-that-are-there"]["config"], tmp_path)

    assert 3 == report.calls
    assert 3 == sum(count for call, count in sandbox.calls()["counts"].items() if "/services/data/" in call)


def test_users_of_the_same_name() -> None:
    """Two users of one e-mail address are none that a rule could mean."""
    twins = (
        OrgUser("005A", "A", active=True, keys={"email": "a@b.cd"}),
        OrgUser("005B", "B", True, {"email": "A@b.cd"}),
    )
    wish = Wish("Case", "OwnerId", ("all",), None, [Ref("user", "a@b.cd", "email")], (), may_be_empty=False)
    case = ObjectInfo("Case", "Case", "Cases", createable=True, readable=True)
    view = View(Org("Acme", None, {"Case": case}, users=twins), [wish], {"Case": ("all",)}, "Key__c")

    assert [OrgCode.USER_NAMED_TWICE] == [finding.code for finding in check_refs(view).findings]


def test_every_code_has_a_test() -> None:
    """A new kind of finding comes with an org that shows it."""
    shown = {line.split(" (")[0].split()[-1] for case in CASES.values() for line in case["found"]}
    shown |= {*CONNECTIONS, "api_version_retired", "api_version_ageing", "user_named_twice"}

    assert {code.word for code in OrgCode} == shown


def look(sandbox: RunningSandbox, config: str, folder: Path, version: str = VERSION) -> Report:
    """What is found for this configuration."""
    file = folder / "rules.yaml"
    file.write_text(config, "utf-8")
    http = build_http(5, sandbox.url)
    login = Login(ClientCredentials("acme.my", "sandbox", "sandbox"), http, version)
    inspector = SalesforceInspector(Client(login, version, "jtel_AcdEventsID__c"))
    check = OrgCheck(inspector, "the sandbox", version, "jtel_AcdEventsID__c")
    return check.run(read_rules(file, {}), load_config(file).sources)


def told(finding: OrgFinding) -> str:
    """A finding as the cases write it."""
    place = f"{finding.place.line}:{finding.place.column} " if finding.place else ""
    return f"{place}{finding.code.word} ({', '.join(finding.rules)}): {finding.message}"
