"""What has no page of its own: `/`, which leads browsers to the console, and the files that pages are made of."""

from flask import Blueprint, Response, abort, request

from app.console.static_files import add_static_files

NAME = "console_front"


def front_blueprint() -> Blueprint:
    """It says nothing that a stranger may not know. Who does not ask for HTML hears what unknown paths say."""
    blueprint = Blueprint(NAME, __name__)
    add_static_files(blueprint)

    @blueprint.route("/", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def front() -> Response:
        if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
            abort(404)
        return Response(status=303, headers={"Location": "/console/"})

    return blueprint
