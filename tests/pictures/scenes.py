"""What is played for each picture. All callers are made up: their numbers are those that films use."""

from tests.pictures.camera import Camera
from tests.pictures.past import put_back
from tests.pictures.trial import Trial
from tests.support.console_users import OPERATOR

CALLER = "4930231250"
GROUPS = ("Sales", "Service", "B2B Hotline")
DAY = range(8_000, 8_048)
OUTAGE = range(8_100, 8_103)
DELIVERED_LATER = 8_099


def rules(trial: Trial, camera: Camera) -> None:
    """What the shipped rules make of a callback."""
    camera.terminal("map", "ringback map examples/v4.json", trial.say("map", "examples/v4.json"))


def answers(trial: Trial, camera: Camera) -> None:
    """One callback waits, one is refused, and one has its Case at once."""
    camera.page.goto(f"{trial.sandbox_url}/jtel")
    trial.fault("unavailable", 2, match="composite")
    _ask(camera, "34")
    trial.change_org("validation-rule", object="Case", message="Say what it is about.", when="Subject LIKE '%56%'")
    _ask(camera, "56")
    _ask(camera, "78")
    camera.part("answers", "#log")


def callers(trial: Trial, camera: Camera) -> None:
    """A caller asks, rings again, and is asked for by Salesforce."""
    _ask(camera, "12")
    camera.press("Connect")
    camera.press("Ask as the Flow does")
    camera.whole("callers", 590)


def cases(trial: Trial, camera: Camera) -> None:
    """The Cases of the org."""
    camera.page.goto(f"{trial.sandbox_url}/")
    camera.whole("cases", 700)


def console(trial: Trial, camera: Camera) -> None:
    """A day's callbacks: one has waited for its Case, and three wait for Salesforce just now."""
    for number in DAY:
        trial.send(number, AcdGroupsName=GROUPS[number % 3], CallbackNumber=f"{CALLER}{number % 100:02}")
    trial.fault("unavailable", 2, match="composite")
    trial.send(DELIVERED_LATER)
    trial.wait_for_delivery(DELIVERED_LATER)
    trial.fault("unavailable", 100_000, match="/services/data")
    for number in OUTAGE:
        trial.send(number)
    put_back(trial.ledger_url)
    _sign_in(trial, camera)
    camera.whole("console-overview", 860)
    camera.page.goto(f"{trial.url}/console/callbacks")
    camera.whole("console-list", 800)
    camera.page.get_by_role("searchbox").fill(str(DELIVERED_LATER))
    camera.press("Search")
    camera.whole("console-callback", 1_000)
    camera.part("states", "figure.states")


def alert(trial: Trial, camera: Camera) -> None:
    """What people are told while Salesforce is away."""
    camera.terminal("alert", "ringback alert", trial.say("alert"))


def _ask(camera: Camera, end: str) -> None:
    """As a caller whose number has this end."""
    camera.page.locator("form[action='/jtel/callback'] input[name=Sender]").fill(f"{CALLER}{end}")
    camera.press("Ask for a callback")


def _sign_in(trial: Trial, camera: Camera) -> None:
    name, password = OPERATOR
    camera.page.goto(f"{trial.url}/console/sign-in")
    camera.page.locator("input[name=name]").fill(name)
    camera.page.locator("input[name=password]").fill(password)
    camera.page.locator("input[name=password]").press("Enter")
    camera.page.wait_for_url("**/console/")
