"""Value tables in the YAML: `{of: AcdGroupsName, table: {B2B Hotline: High}, default: Medium}`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.domain.record import Value
from app.mapping.codes import Code
from app.mapping.conditions import EXTRA, check_extra
from app.mapping.instead import NAMES as NAMES_INSTEAD
from app.mapping.instead import meant
from app.mapping.language.template import Render
from app.mapping.language.texts import text_of
from app.mapping.names import KNOWN_NAMES
from app.mapping.problems import Gathered, WrongError, unknown_keys
from app.mapping.render import compile_template, is_template, nothing

_OWN = f"a field that jtel does not document is {EXTRA}NAME"
TABLE = ("of", "table", "default")


@dataclass(frozen=True)
class Table:
    """Gives the value of the row that `of` names, else the default. Rows are compared as text."""

    of: Render
    rows: Mapping[str, Render]
    default: Render

    def __call__(self, names: Mapping[str, Any]) -> Value | None:
        """The row's value."""
        row = self.of(names)
        return (self.default if row is None else self.rows.get(str(row), self.default))(names)


def compile_table(raw: Mapping[Any, Any], compile_value: Callable[[Any], Render]) -> Render:
    """A table, as the YAML has it. Raises `WrongError` with all that is wrong."""
    wrong = unknown_keys(raw, list(TABLE))
    of: Render = nothing
    default: Render = nothing
    rows: Mapping[str, Render] = {}
    rows_beside = [key for key in raw if key not in TABLE]
    if rows_beside and "of" in raw and "table" not in raw:
        first, beside = rows_beside[0], raw[rows_beside[0]]
        first, beside = next(iter(beside.items())) if isinstance(beside, Mapping) and beside else (first, beside)
        said = f"the rows stand in `table`: {{of: {raw['of']}, table: {{{first}: {beside}}}}}"
        raise WrongError(Code.TABLE_INVALID, said)
    for missing in [key for key in ("of", "table") if key not in raw]:
        wrong.add(Code.TABLE_INVALID, f"a value table has `of` and `table`; `{missing}` is missing")
    with wrong.part("of"):
        of = _compile_of(raw["of"]) if "of" in raw else nothing
    with wrong.part("table"):
        rows = _compile_rows(raw["table"], compile_value) if "table" in raw else {}
    with wrong.part("default"):
        default = compile_value(raw.get("default"))
    wrong.tell()
    return Table(of, rows, default)


def _compile_of(raw: Any) -> Render:
    if not isinstance(raw, str) or not raw.strip():
        raise WrongError(Code.TABLE_INVALID, "wanted is a name such as AcdGroupsName, or a template")
    if is_template(raw):
        return compile_template(raw)
    name = raw.strip()
    if name.startswith(EXTRA) and name != EXTRA:
        check_extra(name.removeprefix(EXTRA))
        return _extra(name.removeprefix(EXTRA))
    if name == EXTRA.rstrip("."):
        raise WrongError(Code.TABLE_INVALID, f"{name} holds several fields: write {EXTRA}NAME")
    if name.lower().startswith(EXTRA):
        raise WrongError(Code.UNKNOWN_NAME, f"write {EXTRA}{name[len(EXTRA) :]}")
    if re.match(r"[\w.]+\s*[|\[~]", name):
        raise WrongError(Code.UNKNOWN_NAME, f'write it as a template: "{{{{ {name} }}}}"')
    if name not in KNOWN_NAMES:
        said = meant(name, sorted(KNOWN_NAMES), NAMES_INSTEAD) or _OWN
        raise WrongError(Code.UNKNOWN_NAME, f"there is no name {raw}; {said}")
    return compile_template(f"{{{{ {name} }}}}")


def _extra(name: str) -> Render:
    """As a condition sees it."""

    def render(names: Mapping[str, Any]) -> str | None:
        value = names["extra"].get(name)
        return None if value is None else text_of(value).strip() or None

    return render


def _compile_rows(raw: Any, compile_value: Callable[[Any], Render]) -> dict[str, Render]:
    if not isinstance(raw, Mapping) or not raw:
        raise WrongError(Code.TABLE_INVALID, "wanted are values by what they stand for, {SERVICE_B2B: High}")
    rows: dict[str, Render] = {}
    wrong = Gathered()
    for key, value in raw.items():
        if isinstance(key, bool) or not isinstance(key, (str, int)):
            wrong.add(Code.WRONG_TYPE, "wanted is a text or a whole number; put quotes around it", key)
        with wrong.part(key):
            rows[str(key).strip()] = compile_value(value)
    wrong.tell()
    return rows
