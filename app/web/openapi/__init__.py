"""What Ringback takes and answers, for machines (`/openapi.json`) and on a page (`/openapi`)."""

from app.web.openapi.page import openapi_blueprint
from app.web.openapi.spec import build_spec

__all__ = ["build_spec", "openapi_blueprint"]
