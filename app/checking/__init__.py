"""Compares the rules with the org that they write to, before the first callback does."""

from app.checking.background import Checked, CrmCheck
from app.checking.check import OrgCheck
from app.checking.codes import Level, OrgCode
from app.checking.findings import Finding, Report, Section
from app.checking.rules import Written, read_rules

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
