"""Changes of objects: those that an org has of its own."""

import re

from app.sandbox.salesforce.changes.lookup import BadChangeError
from app.sandbox.salesforce.instance import Instance


def add_object(instance: Instance, *, object: str, label: str = "") -> None:  # noqa: A002
    """A new object with a name and an owner; `add-field` gives it more."""
    if not re.fullmatch(r"[A-Za-z]\w{0,39}__c", object, re.ASCII):
        raise BadChangeError("the name of an object of one's own ends in __c, such as Contract__c")
    if instance.org.object(object) is not None:
        raise BadChangeError(f"the org has an object {object} already")
    said = label or object.removesuffix("__c").replace("_", " ")
    instance.org.change(lambda settings: settings["objects"].update({object: said}))
