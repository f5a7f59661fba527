"""One field of a describe."""

from typing import Any

from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import Field, SObject

SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}
NUMBERS = {"int": (8, 0, 0), "double": (0, 18, 0), "currency": (0, 18, 0)}
"""Digits, precision, scale."""


def describe_field(org: SandboxOrg, obj: SObject, field: Field, user_id: str) -> dict[str, Any]:
    """The field as this user may use it."""
    edit = org.field_access(obj.name, field, user_id) == "edit"
    digits, precision, scale = NUMBERS.get(field.type, (0, 0, 0))
    length = 18 if field.type in ("id", "reference") else field.length
    return {
        "aggregatable": field.filterable and field.type != "boolean",
        "aiPredictionField": False,
        "autoNumber": field.name == "CaseNumber",
        "byteLength": length * 3 if SOAP_TYPES.get(field.type) is None and not field.in_bytes else length,
        "calculated": False,
        "calculatedFormula": None,
        "cascadeDelete": False,
        "caseSensitive": field.case_sensitive,
        "compoundFieldName": None,
        "controllerName": None,
        "createable": field.createable and edit,
        "custom": field.custom,
        "defaultValue": field.default if field.type == "boolean" else None,
        "defaultValueFormula": None,
        "defaultedOnCreate": field.defaulted_on_create or field.default is not None,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": digits,
        "displayLocationInDecimal": False,
        "encrypted": False,
        "externalId": field.external_id,
        "extraTypeInfo": "plaintextarea" if field.type == "textarea" else None,
        "filterable": field.filterable,
        "filteredLookupInfo": None,
        "groupable": field.filterable,
        "highScaleNumber": False,
        "htmlFormatted": False,
        "idLookup": field.type == "id" or field.external_id or field.name_field,
        "inlineHelpText": None,
        "label": field.label,
        "length": length,
        "mask": None,
        "maskType": None,
        "name": field.name,
        "nameField": field.name_field,
        "namePointing": field.type == "reference" and len(field.references) > 1,
        "nillable": field.nillable,
        "permissionable": not field.required and (field.createable or field.updateable),
        "picklistValues": [_choice(field, value) for value in field.picklist],
        "polymorphicForeignKey": len(field.references) > 1,
        "precision": precision,
        "queryByDistance": False,
        "referenceTargetField": None,
        "referenceTo": list(field.references),
        "relationshipName": field.relationship,
        "relationshipOrder": None,
        "restrictedDelete": False,
        "restrictedPicklist": field.restricted,
        "scale": scale,
        "searchPrefilterable": False,
        "soapType": SOAP_TYPES.get(field.type, "xsd:string"),
        "sortable": field.filterable,
        "type": field.type,
        "unique": field.unique,
        "updateable": field.updateable and edit,
        "writeRequiresMasterRead": False,
    }


def _choice(field: Field, value: str) -> dict[str, Any]:
    return {
        "active": True,
        "defaultValue": value == field.default,
        "label": value,
        "validFor": None,
        "value": value,
    }
