"""The REST resources below /services/data/vXX.0, one room each; `routing` knows them all."""

from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.resources import collections, composite, describe, limits, query, retrieve, search, sobjects
from app.sandbox.salesforce.routing import Router


def api(instance: Instance) -> Router:
    """All resources; those with fixed names before those that match anything."""
    routes = [
        *composite.routes(lambda: router.dispatch),
        *collections.ROUTES,
        *retrieve.ROUTES,
        *limits.ROUTES,
        *query.ROUTES,
        *search.ROUTES,
        *describe.ROUTES,
        *sobjects.ROUTES,
    ]
    router = Router(instance, routes)
    return router
