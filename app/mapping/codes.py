"""Every kind of problem that a configuration can have: one table, and the page of `ringback check` explains it."""

from enum import Enum


class Severity(Enum):
    """What a problem does: an error stops the start, a warning is told."""

    ERROR = "error"
    WARNING = "warning"


class Code(Enum):
    """A stable word with its severity and a sentence. The words are a contract: they are never renamed."""

    FILE_UNREADABLE = "file_unreadable", Severity.ERROR, "The file is not there or cannot be read."
    ENCODING_WRONG = "encoding_wrong", Severity.ERROR, "The file is not UTF-8."
    YAML_INVALID = "yaml_invalid", Severity.ERROR, "The file is no YAML: a quote, a bracket or an indentation is off."
    KEY_TWICE = "key_twice", Severity.ERROR, "A mapping has the same key twice."
    TAG_UNKNOWN = "tag_unknown", Severity.ERROR, "A value carries a YAML tag (`!name`)."
    MERGE_INVALID = "merge_invalid", Severity.ERROR, "`<<` merges something that is no mapping."
    ENV_UNSET = "env_unset", Severity.ERROR, "A `${NAME}` names an environment variable that is not set."
    ENV_INVALID = "env_invalid", Severity.ERROR, "A `${…}` is no name of a variable, or stands in a key."

    UNKNOWN_KEY = "unknown_key", Severity.ERROR, "A key that is not known here."
    KEY_MISSING = "key_missing", Severity.ERROR, "A key that has to be there is not."
    VALUE_MISSING = "value_missing", Severity.ERROR, "A key has no value."
    WRONG_TYPE = "wrong_type", Severity.ERROR, "A value has the wrong shape: a list for a text, a text for a mapping."
    INVALID_VALUE = "invalid_value", Severity.ERROR, "A value is none of those that can stand here."
    UNKNOWN_ZONE = "unknown_zone", Severity.ERROR, "A time zone that does not exist."
    UNKNOWN_REGION = "unknown_region", Severity.ERROR, "A country that does not exist."
    UNKNOWN_LANGUAGE = "unknown_language", Severity.ERROR, "A language that Ringback does not write."
    SOURCE_NAME_INVALID = "source_name_invalid", Severity.ERROR, "A source's name that no URL can hold."
    SECRET_SHORT = "secret_short", Severity.WARNING, "A source's secret in the environment could be guessed."
    JTEL_SETTING_MISSING = (
        "jtel_setting_missing",
        Severity.ERROR,
        "A source has `reconcile` without its settings JTEL_….",
    )
    SOURCE_NAMES_CLASH = "source_names_clash", Severity.ERROR, "Two sources whose ids or settings could be the same."

    UNKNOWN_FIELD = "unknown_field", Severity.ERROR, "`when` or `groups` names a field that jtel does not send."
    CONDITION_INVALID = "condition_invalid", Severity.ERROR, "A condition of `when` that is none."
    PATTERN_INVALID = "pattern_invalid", Severity.ERROR, "A pattern of `matches` that cannot be read."
    HOURS_INVALID = "hours_invalid", Severity.ERROR, "Office hours of `within` that cannot be read."
    NUMBERS_INVALID = "numbers_invalid", Severity.ERROR, "A file of `numbers` with lines that are no number."
    NEVER_MATCHES = "never_matches", Severity.ERROR, "A condition that no callback can fulfil."
    HARDLY_MATCHES = "hardly_matches", Severity.WARNING, "A condition or a row that no callback is likely to fulfil."
    DURATION_INVALID = "duration_invalid", Severity.ERROR, "A length of time that cannot be read."

    FIELD_NAME_INVALID = "field_name_invalid", Severity.ERROR, "A key of `fields` that no field is called."
    FIELD_TWICE = "field_twice", Severity.WARNING, "A field is set under two names that differ in capitals only."
    FIELD_ELSEWHERE = "field_elsewhere", Severity.WARNING, "A field that the object has under another name, or not."
    FIELD_VALUE_INVALID = "field_value_invalid", Severity.ERROR, "What stands in `fields` is no value of a field."
    UNKNOWN_REFERENCE = "unknown_reference", Severity.ERROR, "A mapping in `fields` of a kind that is not known."
    REFERENCE_INVALID = "reference_invalid", Severity.ERROR, "A reference without a name, or with keys it has not."
    TABLE_INVALID = "table_invalid", Severity.ERROR, "A value table that lacks `of` or `table`."
    TYPED_INVALID = "typed_invalid", Severity.ERROR, "A typed value that is not of its type."
    TEMPLATE_UNQUOTED = "template_unquoted", Severity.ERROR, "A template without quotes around it."
    SINGLE_BRACES = "single_braces", Severity.WARNING, "A text has a name in { }, as a template would in {{ }}."
    NAME_AS_TEXT = "name_as_text", Severity.WARNING, "A text is a name of templates, without the braces."
    NAME_FOR_ID = "name_for_id", Severity.WARNING, "A name stands where Salesforce wants an id."
    QUOTES_ODD = "quotes_odd", Severity.WARNING, "The quotes of a word processor around a text are sent with it."
    BLANK_UNSEEN = "blank_unseen", Severity.WARNING, "A no-break blank, or one without width, that cannot be seen."
    COMMENT_EATS = "comment_eats", Severity.WARNING, "A `#` behind a blank takes a part of the value."
    TEMPLATE_INVALID = "template_invalid", Severity.ERROR, "A template that cannot be read, or does what none may."
    UNKNOWN_NAME = "unknown_name", Severity.ERROR, "A template uses a name that is not known."
    UNKNOWN_FILTER = "unknown_filter", Severity.ERROR, "A template uses a filter that is not known."

    OBJECT_INVALID = "object_invalid", Severity.ERROR, "`object` names none, or something beside it is of Cases only."
    UNKNOWN_MAPPER = "unknown_mapper", Severity.ERROR, "A mapper that is not known."
    MAPPER_BROKEN = "mapper_broken", Severity.ERROR, "A mapper that cannot be imported or is none."
    MAPPER_SHADOWED = "mapper_shadowed", Severity.WARNING, "A package gives a mapper the name of one of Ringback's own."
    OPTION_INVALID = "option_invalid", Severity.ERROR, "An option in `with` that the mapper does not take."

    RULE_NAME_TWICE = "rule_name_twice", Severity.ERROR, "Two rules have the same name."
    RULE_UNREACHABLE = "rule_unreachable", Severity.ERROR, "A rule that an earlier one always precedes."
    SKIP_INVALID = "skip_invalid", Severity.ERROR, "A `skip` that does not say why, or stands beside what to make."
    CATCH_ALL_MISSING = "catch_all_missing", Severity.ERROR, "The last rule does not match every callback."
    REQUIRED_NOT_SET = "required_not_set", Severity.ERROR, "`require` names a field that the rule does not set."

    TEMPLATE_FAILS = "template_fails", Severity.WARNING, "A template or a typed value that fails for a usual callback."
    COMPARED_IN_VAIN = "compared_in_vain", Severity.WARNING, "A comparison in a template that never holds, or always."
    PATTERN_ODD = "pattern_odd", Severity.WARNING, "A pattern of `part` as another program writes it."
    FORMAT_FOREIGN = "format_foreign", Severity.WARNING, "A format of a time as another program writes it."
    VALUE_EMPTY = "value_empty", Severity.WARNING, "A template that gives nothing, whatever a callback has."
    REQUIRED_MAY_BE_EMPTY = (
        "required_may_be_empty",
        Severity.WARNING,
        "A required field without a value for a callback of an id and a number.",
    )

    REQUIRE_EMPTY = "require_empty", Severity.WARNING, "An empty `require`, which takes nothing back of the defaults."
    OPTIONAL_INVALID = "optional_invalid", Severity.ERROR, "`optional` names what the defaults do not require."

    NUMBER_UNQUOTED = "number_unquoted", Severity.ERROR, "YAML reads a value as another number than is written."
    NUMBER_OR_TEXT = "number_or_text", Severity.WARNING, "A number without quotes that looks like a text."
    YES_NO = "yes_no", Severity.WARNING, "`yes`, `no`, `on` or `off` is a text, not true or false."

    def __init__(self, word: str, severity: Severity, meaning: str) -> None:
        self.word = word
        self.severity = severity
        self.meaning = meaning
