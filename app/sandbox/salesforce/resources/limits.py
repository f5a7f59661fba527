"""/limits, and the list of resources of a version."""

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.routing import Route

RESOURCES = {
    "composite": "composite",
    "identity": "",
    "limits": "limits",
    "parameterizedSearch": "parameterizedSearch",
    "query": "query",
    "queryAll": "queryAll",
    "search": "search",
    "sobjects": "sobjects",
}


def limits(instance: Instance, _call: ApiCall) -> ApiAnswer:
    most = instance.org["api_limit"]
    return ApiAnswer(
        body={
            "DailyApiRequests": {"Max": most, "Remaining": max(0, most - instance.usage.used)},
            "DataStorageMB": {"Max": 5, "Remaining": 5},
            "FileStorageMB": {"Max": 20, "Remaining": 20},
            "HourlySyncReportRuns": {"Max": 500, "Remaining": 500},
        }
    )


def resources(instance: Instance, call: ApiCall) -> ApiAnswer:
    paths = {name: f"{call.base}/{path}" for name, path in RESOURCES.items() if path}
    host = call.header("host") or "localhost"
    identity = f"http://{host}/id/{instance.org_id}/{call.user_id}"
    return ApiAnswer(body={**paths, "identity": identity})


ROUTES = [Route("GET", "limits", limits), Route("GET", "", resources)]
