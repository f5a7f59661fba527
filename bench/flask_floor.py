"""The floor: a Flask that does the job by one call to Salesforce and stores nothing, with the libraries of Ringback."""

import os
import threading
from typing import Any

import requests
from flask import Flask, request

app = Flask(__name__)
_CRM = os.environ.get("CRM_URL", "")
_CASE = "/services/data/v66.0/sobjects/Case"
_LOGIN = {"grant_type": "client_credentials", "client_id": "bench", "client_secret": "bench"}
_of_thread = threading.local()


@app.post("/callbacks")
def callbacks() -> dict[str, Any]:
    """As short an answer as Ringback's."""
    callback = request.get_json()
    case = {
        "Subject": f"Callback for +{callback['CallbackNumber']}: {callback['Subject']}",
        "Description": "\n".join(f"{name}: {value}" for name, value in callback.items() if value is not None),
        "Origin": "Phone",
        "SuppliedPhone": f"+{callback['CallbackNumber']}",
        "jtel_AcdEventsID__c": f"default-{callback['AcdEventsID']}",
    }
    create = {"method": "POST", "url": _CASE, "referenceId": "record", "body": case}
    read = {"method": "GET", "url": f"{_CASE}/@{{record.id}}?fields=CaseNumber", "referenceId": "number"}
    call = {"allOrNone": False, "compositeRequest": [create, read]}
    answer = _session().post(f"{_CRM}/services/data/v66.0/composite", json=call, timeout=30).json()
    record, number = answer["compositeResponse"]
    said = {"acdEventsId": callback["AcdEventsID"]}
    if record["httpStatusCode"] != 201:
        return {"status": "existing", **said}
    return {"status": "created", "caseId": record["body"]["id"], "caseNumber": number["body"]["CaseNumber"], **said}


def _session() -> requests.Session:
    """A session for each thread, logged in."""
    if not hasattr(_of_thread, "session"):
        session = requests.Session()
        session.trust_env = False
        token = session.post(f"{_CRM}/services/oauth2/token", data=_LOGIN, timeout=30).json()["access_token"]
        session.headers["Authorization"] = f"Bearer {token}"
        _of_thread.session = session
    session_of_thread: requests.Session = _of_thread.session
    return session_of_thread
