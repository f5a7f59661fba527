"""Compares the rules with the org that they write to, before the first callback does."""

from app.checking.background import Checked, CrmCheck
from app.checking.check import OrgCheck
from app.checking.codes import Level, OrgCode
from app.checking.findings import OrgFinding, Report, Section
from app.checking.rules import WrittenRules, read_rules

__all__ = [
    "Checked",
    "CrmCheck",
    "Level",
    "OrgCheck",
    "OrgCode",
    "OrgFinding",
    "Report",
    "Section",
    "WrittenRules",
    "read_rules",
]
