"""What Ringback takes and answers, for machines (`/openapi.json`)."""

from app.web.openapi.document import openapi_blueprint
from app.web.openapi.spec import build_spec

__all__ = ["build_spec", "openapi_blueprint"]
