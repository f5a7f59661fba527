"""Compares the rules with the org that they write to, before the first callback does."""

from app.operations.checking.background import Checked, CrmCheck
from app.operations.checking.check import OrgCheck
from app.operations.checking.codes import Level, OrgCode
from app.operations.checking.findings import Finding, Report, Section
from app.operations.checking.rules import Written, read_rules

__all__ = [
    "Checked",
    "CrmCheck",
    "Finding",
    "Level",
    "OrgCheck",
    "OrgCode",
    "Report",
    "Section",
    "Written",
    "read_rules",
]
