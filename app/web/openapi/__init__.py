"""What Ringback takes and answers, for machines (`/openapi.json`)."""

from app.web.openapi.document import openapi_blueprint

__all__ = ["openapi_blueprint"]
