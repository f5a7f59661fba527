"""A bare REST client: what is asserted is the wire itself, so nothing stands between."""

from typing import Any
from urllib.parse import quote

import requests

from tests.support.patience import PATIENCE
from tests.support.sandbox import API, RunningSandbox

EXTERNAL_ID = "jtel_AcdEventsID__c"


class Rest:
    """Calls the sandbox as the integration user."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.http = requests.Session()
        self.http.trust_env = False
        self.log_in()

    def log_in(self) -> str:
        """A new session from now on; answers the token."""
        token = self.sandbox.token()
        self.http.headers["Authorization"] = f"Bearer {token}"
        return token

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """`path` below /services/data/v66.0, or a whole one."""
        whole = path if path.startswith("/services/") else f"{API}/{path}"
        return self.http.request(method, self.sandbox.url + whole, json=body, timeout=PATIENCE, **options)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.call("GET", path, **options)
        assert answer.ok, answer.text
        return answer.json()

    def create(self, object_name: str = "Case", *, auto_assign: str = "FALSE", **fields: Any) -> str:
        """The id of a new record, which keeps the owner it was given."""
        headers = {"Sforce-Auto-Assign": auto_assign}
        answer = self.call("POST", f"sobjects/{object_name}", fields, headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def case(self, record_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"sobjects/Case/{record_id}")
        return found

    def refuses(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, dict[str, Any]]:
        """The status and the first element of the error array."""
        answer = self.call(method, path, body, **options)
        assert answer.status_code >= 400, answer.text
        first: dict[str, Any] = answer.json()[0]
        return answer.status_code, first

    def upsert(self, value: str, body: Any, query: str = "") -> requests.Response:
        return self.call("PATCH", f"sobjects/Case/{EXTERNAL_ID}/{quote(value, safe='')}{query}", body)

    def query(self, soql: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.get("query", params={"q": soql})
        return answer

    def id_of(self, object_name: str, name: str) -> str:
        """The id of a seed record by its name."""
        return str(self.query(f"SELECT Id FROM {object_name} WHERE Name = '{name}'")["records"][0]["Id"])
