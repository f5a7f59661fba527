"""The shape of `config/ringback.yaml`, as marshmallow schemas."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from app.domain.jtel_fields import JTEL_FIELDS
from app.domain.record import FIELD_NAME
from app.mapping.access import read_auth
from app.mapping.codes import Code
from app.mapping.conditions import KEYS, Condition
from app.mapping.durations import parse_duration
from app.mapping.instead import LABELS, WHEN, object_meant
from app.mapping.messages import (
    MAPPING,
    NAME_INVALID,
    NAME_MISSING,
    RULES_EMPTY,
    RULES_INVALID,
    RULES_MISSING,
    Said,
    shape_wanted,
)
from app.mapping.networks import LEAVES_OUT_IPV4, leaves_out_ipv4, read_network
from app.mapping.places import check_language, check_region, meant, zone_meant
from app.mapping.problems import WrongError, did_you_mean, findings_of, unknown_key
from app.mapping.registry import find_mapper, known_mappers
from app.mapping.render import is_template
from app.mapping.summary import OWNER, REF_BY_FIELD
from app.mapping.values import compile_value
from app.mapping.when import read_when
from app.translation import ENGLISH, LANGUAGES

DEFAULT_ZONE = "Europe/Berlin"
DEFAULT_REGION = "DE"
SOURCE_NAME = r"[a-z0-9-]{1,20}"
_IN_THE_ENVIRONMENT = (
    "no secret stands in this file: set RINGBACK_SECRET, or RINGBACK_SECRET_<NAME OF THE SOURCE>, in the environment"
)
_GROUP_ID = validate.Regexp(r"\d+\Z", error="wanted is an AcdGroupsID, which is a number")
_OF_GROUP = tuple(field.name for field in JTEL_FIELDS if field.of_group)
_FIELD_NAME = Said(
    "a field has its API name here, of letters, digits and _, as it stands beside its label in the org",
    Code.FIELD_NAME_INVALID,
)
_LONGEST_WHY = 200
_NO_REASON = ("yes", "no", "on", "off", "true", "false", "none", "null", "ja", "nein")
_WHY_WANTED = f"wanted is why nothing is made of it, in at most {_LONGEST_WHY} characters: `skip: test phones`"
_WHY_FIXED = "this is no template, since it stands in the answer and in the log, where no caller's words may be"
# What `metadata` holds goes into the JSON Schema for editors.
_TEXT = {"type": "string"}
_MAPPER = {**_TEXT, "description": "case, or a class of your own as package.module:Class", "examples": ["case"]}


class Scalar(fields.Field[str]):
    """A text or a whole number, as text."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ValidationError([Said("wanted is a text or a whole number", Code.WRONG_TYPE)])
        return str(value)


class Compiled(fields.Field[Any]):
    """A value that is checked by turning it into what it stands for; the raw value stays."""

    def __init__(self, check: Callable[[Any], object], code: Code = Code.INVALID_VALUE, **options: Any) -> None:
        super().__init__(**options)
        self._check = check
        self._code = code

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            self._check(value)
        except ValueError as error:
            raise said(error, self._code) from error
        return value


class Shaped(fields.Dict):
    """A mapping. Who writes anything else is shown its form."""

    def __init__(self, form: str, **options: Any) -> None:
        super().__init__(**options)
        self._form = form

    def _deserialize(self, value: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError([Said(f"{MAPPING}: {self._form}", Code.WRONG_TYPE)])
        return super()._deserialize(value, *arguments, **named)  # type: ignore[no-untyped-call]


class When(fields.Field[dict[str, Condition]]):
    """The conditions of a rule, read."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Condition]:
        if not isinstance(value, dict):
            said = f"{shape_wanted(value, MAPPING)}; all of it has to hold"
            raise ValidationError([Said(said, Code.WRONG_TYPE)])
        conditions, wrong = read_when(value)
        if wrong.findings:
            messages = [Said(one.text, one.code, one.path) for one in wrong.findings]
            raise ValidationError(messages, valid_data=conditions)
        return conditions


# Set so often that a value behind one of them is likelier than a longer name.
_COMMON = frozenset({"Subject", "Description", "Priority", "Status", "Origin", "Type", "Reason", *REF_BY_FIELD})


class FieldName(validate.Regexp):
    """Checks that a key is what Salesforce calls a field."""

    def __call__(self, value: Any) -> Any:
        if not re.fullmatch(FIELD_NAME, value):
            raise ValidationError([Said(f"{_FIELD_NAME}{self._meant(value)}", Code.FIELD_NAME_INVALID)])
        return value

    def _meant(self, value: str) -> str:
        if value in LABELS:
            return f"; {value} is {LABELS[value]}"
        first, _, rest = value.partition(" ")
        if rest and (first in _COMMON or first.endswith("__c")):
            return f"; a colon is missing: write {first}: {rest}"
        whose, _, name = value.rpartition(".")
        link = whose or value
        if link.endswith("__r"):
            form = f"{{lookup: OBJECT, by: {name if whose else 'FIELD'}, value: …}}"
            return f"; to link a record write {link.removesuffix('__r')}__c: {form}"
        if whose == "Case" and re.fullmatch(FIELD_NAME, name):
            return f"; write {name}"
        if whose:
            return "; a field of another record cannot be set"
        near = re.sub(r"\W+", "_", value).strip("_").removesuffix("__c")
        return f"; such as {near}__c for a field of your own" if re.fullmatch(FIELD_NAME, near) else ""


class ObjectName(validate.Regexp):
    """Checks that a value is what Salesforce calls an object."""

    def __call__(self, value: Any) -> Any:
        near = object_meant(value)
        if near or not re.fullmatch(FIELD_NAME, value, re.ASCII):
            wanted = "wanted is the API name of an object, such as Task, or Callback__c for one of your own"
            wanted += "; a rule is for one object" if "{" in value else ""
            said = f"did you mean {near}? {wanted}" if near else wanted
            raise ValidationError([Said(said, Code.OBJECT_INVALID)])
        return value


class Required(fields.List[Any]):
    """Names of fields."""

    def _deserialize(self, value: Any, *arguments: Any, **named: Any) -> list[Any]:
        if isinstance(value, Mapping) and value:
            names = ", ".join(map(str, value))
            said = f"wanted is a list; what the defaults require a rule takes back by `optional: [{names}]`"
            raise ValidationError([Said(said, Code.WRONG_TYPE)])
        return super()._deserialize(value, *arguments, **named) or []


class Duration(fields.Field[timedelta]):
    """A length of time."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> timedelta:
        try:
            return parse_duration(value)
        except WrongError as error:
            raise said(error, Code.DURATION_INVALID) from error


def said(error: ValueError, code: Code) -> ValidationError:
    """What an error tells, for marshmallow; `code` is for one that brings none."""
    return ValidationError([Said(one.text, one.code, one.path, one.spot) for one in findings_of(error, code)])


class Strict(Schema):
    """Refuses a key that it does not know and says which are known, along with every other problem."""

    # Keys that begin like this are not read by Ringback.
    free: ClassVar[str] = ""
    # What people look for here and is somewhere else.
    elsewhere: ClassVar[Mapping[str, str]] = {}

    class Meta:
        unknown = EXCLUDE

    def _unknown(self, key: str, known: list[str]) -> str:
        # What people look for here under this very word is not a slip of the pen.
        named = self.elsewhere.get(key.lower())
        hint = named or (None if did_you_mean(key, known) else self.hint(key))
        return hint or unknown_key(key, known)

    def hint(self, key: str) -> str | None:
        """What to say of a key that is like none; nothing if there is nothing better than what is known."""
        return self.elsewhere.get(key.lower())

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def refuse_unknown_keys(self, _: Any, original: Any, **__: Any) -> None:
        known = [field.data_key or name for name, field in self.fields.items()]
        keys = original if isinstance(original, dict) else {}
        unknown = {
            key: [Said(self._unknown(str(key), known), Code.UNKNOWN_KEY)]
            for key in keys
            if key not in known and not (self.free and str(key).startswith(self.free))
        }
        if unknown:
            raise ValidationError(unknown)


def one_of(names: tuple[str, ...]) -> Any:
    """Checks that a key is one of jtel's fields."""

    def check(name: str) -> None:
        if name not in names:
            meant = did_you_mean(name, names)
            text = f"unknown field {name}; {meant + ' ' if meant else ''}Known: {', '.join(names)}"
            raise ValidationError([Said(text, Code.UNKNOWN_FIELD)])

    return check


def _check_mapper(value: Any) -> None:
    if not isinstance(value, str):
        raise WrongError(Code.WRONG_TYPE, f"wanted is a text; {known_mappers()}")
    find_mapper(value)


def _check_why(value: Any) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_WHY:
        raise WrongError(Code.SKIP_INVALID, _WHY_WANTED)
    if value.strip().lower() in _NO_REASON:
        raise WrongError(Code.SKIP_INVALID, f"{_WHY_WANTED}; a rule that makes a record has no `skip`")
    if is_template(value):
        raise WrongError(Code.SKIP_INVALID, _WHY_FIXED)


def _check_zone(value: Any) -> None:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        near = meant(zone_meant(value) if isinstance(value, str) else "")
        said = f'unknown time zone "{value}"; {near}wanted is a name such as Europe/Berlin'
        raise WrongError(Code.UNKNOWN_ZONE, said) from error


def _check_networks(values: list[str]) -> None:
    if leaves_out_ipv4([read_network(value) for value in values]):
        raise ValidationError([Said(LEAVES_OUT_IPV4, Code.INVALID_VALUE)])


class ServedCallersSchema(Strict):
    """What becomes of callers who ring again and are served."""

    # marshmallow reads it of the class.
    error_messages: dict[str, str] = {"type": Said(f"{MAPPING}: {{within: 24 h}}", Code.WRONG_TYPE)}  # noqa: RUF012

    within = Duration(
        required=True,
        metadata={"description": "callbacks asked for in this time before the call are noted"},
    )
    field_ = fields.String(
        data_key="field",
        validate=validate.Regexp(rf"{FIELD_NAME}\Z", error=_FIELD_NAME),
        metadata={"description": "the Case's field that is set to the time of the call", "examples": ["Reached__c"]},
    )


class ReconcileSchema(Strict):
    """What is taken in from jtel though it never came."""

    # marshmallow reads it of the class.
    error_messages: dict[str, str] = {"type": Said(f"{MAPPING}: {{groups: [235]}}", Code.WRONG_TYPE)}  # noqa: RUF012

    groups = fields.List(
        Scalar(validate=_GROUP_ID),
        required=True,
        validate=validate.Length(min=1, error=Said("wanted is at least one AcdGroupsID", Code.VALUE_MISSING)),
        metadata={"description": "the ACD groups whose callbacks are taken in, by AcdGroupsID", "examples": [[235]]},
        error_messages={"required": Said("wanted is a list of AcdGroupsIDs", Code.KEY_MISSING)},
    )
    every = Duration(
        load_default=timedelta(minutes=5),
        validate=validate.Range(
            min=timedelta(minutes=1), error=Said("wanted is at least 1 min", Code.DURATION_INVALID)
        ),
        metadata={"description": "how often jtel is asked, which answers with all its events; without it, 5 min"},
    )
    grace = Duration(
        load_default=timedelta(minutes=10),
        metadata={"description": "how long jtel has to send a callback by itself; without it, 10 min"},
    )
    cap = fields.Integer(
        load_default=100,
        strict=True,
        validate=validate.Range(1, 10_000, error="wanted is a whole number from 1 to 10000"),
        metadata={"description": "how many callbacks are taken in at a time"},
    )


class SourceSchema(Strict):
    """One jtel client."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("country", "land", "country_code"), "the country stands in `region: DE`"),
        **dict.fromkeys(("lang", "locale", "sprache"), "the language stands in `language: de`"),
        **dict.fromkeys(("tz", "zone", "clock"), "the clock stands in `timezone: Europe/Berlin`"),
        **dict.fromkeys(("ip", "ips", "allow", "allowed"), "where requests may come from stands in `networks: [...]`"),
        **dict.fromkeys(("secret", "token", "password", "bearer", "api_key", "key"), _IN_THE_ENVIRONMENT),
    }

    timezone = Compiled(
        _check_zone,
        load_default=DEFAULT_ZONE,
        metadata={
            **_TEXT,
            "description": "the clock of jtel's times, which carry no offset",
            "examples": [DEFAULT_ZONE],
        },
    )
    region = Compiled(
        check_region,
        load_default=DEFAULT_REGION,
        metadata={
            **_TEXT,
            "pattern": r"^[A-Z]{2}$|\$\{",
            "description": "the country of numbers without country code",
            "examples": ["DE", "AT", "CH"],
        },
    )
    language = Compiled(
        check_language,
        load_default=ENGLISH,
        metadata={
            **_TEXT,
            "pattern": rf"^({'|'.join(LANGUAGES)})$|\$\{{",
            "description": "the language of what Ringback itself writes into a Case",
            "examples": list(LANGUAGES),
        },
    )
    when_crm_is_away = fields.String(
        validate=validate.OneOf(["queue", "refuse"], error="wanted is queue or refuse"),
        load_default="queue",
        metadata={"description": "refuse: answer 500 while Salesforce is away, where surely nothing was written"},
    )
    auth = Compiled(
        read_auth,
        load_default="bearer",
        metadata={"$ref": "#/definitions/auth", "description": "how a request shows the secret of the source"},
    )
    token_in_url = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "true: the secret may stand at the end of the URL, /callbacks/<source>/<secret>"},
    )
    networks = fields.List(
        Compiled(read_network, metadata=_TEXT),
        validate=[
            validate.Length(min=1, error=Said("wanted is at least one network", Code.VALUE_MISSING)),
            _check_networks,
        ],
        metadata={
            "description": "where requests may come from; without it, from everywhere",
            "examples": [["203.0.113.0/24"]],
        },
    )
    groups = Shaped(
        "{235: {AcdGroupsName: B2B Hotline}}",
        keys=Scalar(validate=_GROUP_ID),
        values=Shaped(
            "{AcdGroupsName: B2B Hotline}",
            keys=fields.String(validate=one_of(_OF_GROUP), metadata={"enum": list(_OF_GROUP)}),
            values=Scalar(),
        ),
        metadata={"description": "what an AcdGroupsID stands for, where jtel sends the id only"},
    )
    served_callers = fields.Nested(
        ServedCallersSchema,
        metadata={"description": "who rings again and is served: their open Cases get a comment that says so"},
    )
    reconcile = fields.Nested(
        ReconcileSchema, metadata={"description": "takes in from jtel what never came; needs the settings JTEL_…"}
    )


class DefaultsSchema(Strict):
    """What holds for every rule that does not say otherwise."""

    elsewhere: ClassVar[Mapping[str, str]] = {"when": "a condition stands in a rule; the defaults hold for all of them"}

    def _unknown(self, key: str, known: list[str]) -> str:
        # Written like `object`, but a field is meant.
        return (self.hint(key) if key == "Subject" else None) or super()._unknown(key, known)

    def hint(self, key: str) -> str | None:
        # A Case has a Subject, too.
        if key in KEYS and key != "Subject":
            return f"{key} is looked at by a condition: indent it below `when:`"
        if key == "optional":
            return "a rule takes back what the defaults require; here take it out of `require`"
        if key == "skip":
            return "a rule skips, by what its `when` says; the defaults hold for all rules"
        if key[:1].isupper():
            return f"{key} looks like a field of the record: indent it below `fields:`"
        return super().hint(key)

    object_ = fields.String(
        data_key="object",
        attribute="object",
        validate=ObjectName(rf"{FIELD_NAME}\Z"),
        metadata={
            "description": "the object of the record; without it, Case. Defaults hold for rules of their own object",
            "examples": ["Task", "Lead", "Callback__c"],
        },
    )
    mapper = Compiled(_check_mapper, load_default="case", metadata=_MAPPER)
    fields_ = fields.Dict(
        keys=fields.String(validate=FieldName(rf"{FIELD_NAME}\Z")),
        values=Compiled(
            compile_value, Code.FIELD_VALUE_INVALID, allow_none=True, metadata={"$ref": "#/definitions/value"}
        ),
        data_key="fields",
        load_default=dict,
        metadata={"description": "the record's fields and their values; one without a value is not sent"},
    )
    require = Required(
        fields.String(),
        load_default=list,
        metadata={"description": "fields without which the record is worth nothing; all others may be dropped"},
    )
    with_ = fields.Dict(
        keys=fields.String(), data_key="with", load_default=dict, metadata={"description": "options of the mapper"}
    )
    merge = Duration(
        allow_none=True,
        metadata={"description": "the same number again within this time is a comment on its open Case"},
    )


class RuleSchema(DefaultsSchema):
    """One rule."""

    elsewhere: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(WHEN, "the conditions stand in `when:`"),
        **dict.fromkeys(("set", "values", "then", "data", "field", "felder"), "the fields stand in `fields:`"),
        **dict.fromkeys(("queue", "owner", "assign", "assign_to"), f"below `fields:` write {OWNER}: {{queue: NAME}}"),
        **dict.fromkeys(("user", "agent"), f"below `fields:` write {OWNER}: {{user: NAME}}"),
        **dict.fromkeys(("record_type", "recordtype"), "below `fields:` write RecordTypeId: {record_type: NAME}"),
        **dict.fromkeys(("unless", "except", "not"), "below `when:` write NAME: {not: …}"),
        **dict.fromkeys(("enabled", "active", "disabled"), "a rule that is there holds: put # before its lines"),
        **dict.fromkeys(("not_required", "unrequire", "dont_require"), "write `optional: [FIELD]`"),
        **dict.fromkeys(
            ("numbers", "country"), "below `when:` write callback_number: {numbers: FILE}, or {country: DE}"
        ),
        **dict.fromkeys(("mandatory", "needs"), "what is required stands in `require:`"),
        **dict.fromkeys(("duplicates", "dedupe", "merge_within"), "write `merge: 30 min`"),
        **dict.fromkeys(("ignore", "drop", "discard", "nothing", "none", "stop", "reject"), "write `skip: why`"),
        **dict.fromkeys(("options", "link"), "options of the mapper stand in `with:`"),
        **dict.fromkeys(("sobject", "type", "record", "entity", "make", "create", "objekt"), "write `object: Task`"),
        **dict.fromkeys(
            ("external_id", "externalid", "upsert"),
            "every object has its external id in the field that SALESFORCE_EXTERNAL_ID_FIELD names: make it there",
        ),
    }

    def hint(self, key: str) -> str | None:
        if key in ("priority", "order", "weight"):
            return "the first rule that matches counts: put it above the others; the Case's own stands below `fields:`"
        return super().hint(key)

    name = fields.String(
        required=True,
        validate=validate.Length(1, 60, error=NAME_INVALID),
        metadata={"description": "stands in answers and in the log"},
        error_messages={"required": NAME_MISSING, "null": NAME_INVALID, "invalid": NAME_INVALID},
    )
    when = When(load_default=dict, metadata={"description": "what the callback has to be like; all of it must hold"})
    mapper = Compiled(_check_mapper, metadata=_MAPPER)
    optional = fields.List(
        fields.String(),
        load_default=list,
        metadata={"description": "fields that the defaults require, and this rule does not"},
    )
    skip = Compiled(
        _check_why,
        error_messages={"null": Said(_WHY_WANTED, Code.SKIP_INVALID)},
        metadata={
            **_TEXT,
            "description": "nothing is made of what it takes; the text says why, in the answer and in the log",
            "examples": ["test phones"],
        },
    )


class ConfigSchema(Strict):
    """The whole file. Top keys that begin with `x-` are free: a place for anchors."""

    free = "x-"
    elsewhere: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("secret", "secrets", "token", "password"), _IN_THE_ENVIRONMENT),
        "salesforce": "no setting of Salesforce stands in this file: set SALESFORCE_… in the environment, see settings",
    }

    sources = fields.Dict(
        keys=fields.String(
            validate=validate.Regexp(
                rf"{SOURCE_NAME}\Z",
                error=Said(
                    "a source's name is 1 to 20 of a-z, 0-9 and -; it is part of the URL", Code.SOURCE_NAME_INVALID
                ),
            )
        ),
        values=fields.Nested(SourceSchema),
        load_default=dict,
        metadata={"description": "the jtel clients (tenants) by name; its URL is /callbacks/<name>"},
    )
    defaults = fields.Nested(
        DefaultsSchema,
        load_default=lambda: DefaultsSchema().load({}),
        metadata={"description": "what holds for every rule that does not say otherwise"},
    )
    rules = fields.List(
        fields.Nested(RuleSchema),
        required=True,
        validate=validate.Length(min=1, error=RULES_EMPTY),
        metadata={"description": "the first that matches makes the record; the last one matches everything"},
        error_messages={"required": RULES_MISSING, "null": RULES_MISSING, "invalid": RULES_INVALID},
    )
