"""Refs: what a record names in the org (a queue, a user, a caller's contact), and how it becomes an id."""

from app.crm.salesforce.refs.refs import MISSING_FOR, Refs

__all__ = ["MISSING_FOR", "Refs"]
