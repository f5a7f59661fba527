"""Lists of telephone numbers in files of their own: one on each line, and what stands behind a # is a remark."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from app.domain.numbers import digits_of, international, normalize
from app.mapping.codes import Code
from app.mapping.environment import EnvText
from app.mapping.outside import is_closed
from app.mapping.problems import WrongError

# The key of a condition that names such a file.
NUMBERS = "numbers"
# In bytes. A number takes 0.1 ms to be read, and every process and command reads them.
LARGEST = 1_000_000
_MOST_TOLD = 20
# Of no country: who writes a number without its country code is told so.
_NOWHERE = "ZZ"
_SHORT = 6  # digits; an extension stays as it is


class FileName(str):
    """The name of a file as the YAML has it. `path` leads there, from the folder of the configuration.

    `shown` is what messages call it.
    """

    __slots__ = ("path", "shown")

    path: Path
    shown: str

    def __new__(cls, written: str, folder: Path) -> "FileName":
        """The text itself is the name."""
        name = super().__new__(cls, written)
        name.path = folder / written
        # What a variable of the environment holds is not told.
        name.shown = written.written if isinstance(written, EnvText) else written
        return name


def read_numbers(name: FileName) -> frozenset[str]:
    """The numbers in the file, as conditions compare them. Raises `WrongError` with the lines that are none."""
    numbers: set[str] = set()
    wrong: list[int] = []
    for line, written in _lines(name):
        number = _number(written)
        if number is None:
            wrong.append(line)
        else:
            numbers.add(number)
    if wrong:
        raise WrongError(
            Code.NUMBERS_INVALID, f"in {name.shown} {_told(wrong)}: write +, country code and digits on each line"
        )
    if not numbers:
        raise WrongError(Code.NUMBERS_INVALID, f"there is no number in {name.shown}, so this matches nothing")
    return frozenset(numbers)


def _lines(name: FileName) -> Iterator[tuple[int, str]]:
    for line, text in enumerate(_text(name).splitlines(), 1):
        written = text.partition("#")[0].strip(" \t\"';,")
        if written:
            yield line, written


def _text(name: FileName) -> str:
    if is_closed():
        raise WrongError(Code.FILE_UNREADABLE, "what is pasted reads no files: write the numbers themselves")
    if Path(name).is_absolute() or ".." in Path(name).parts:
        # What is kept of a configuration lies in one folder, too.
        said = f"{name.shown} lies elsewhere: put it, or a link to it, beside this file"
        raise WrongError(Code.FILE_UNREADABLE, said)
    try:
        with name.path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        if digits_of(name) and not name.strip("+0123456789 ()/-"):
            raise WrongError(
                Code.NUMBERS_INVALID, f'this is a number, and no file: write it alone, "{name.shown}"'
            ) from error
        said = f"{name.shown} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise WrongError(Code.FILE_UNREADABLE, f"{said}. It is looked for beside this file") from error
    if len(raw) > LARGEST:
        raise WrongError(Code.NUMBERS_INVALID, f"{name.shown} has more than {LARGEST:,} bytes")
    # Only remarks may hold other letters.
    return raw.decode("utf-8-sig", "replace")


def _number(written: str) -> str | None:
    if written.isdecimal() and written.isascii() and len(digits_of(written)) <= _SHORT:
        return written
    return normalize(written, _NOWHERE) if international(written, _NOWHERE) is not None else None


def _told(lines: list[int]) -> str:
    if len(lines) == 1:
        return f"line {lines[0]} is no number"
    # Of lines that follow each other only the ends are told.
    runs = [list(run) for _, run in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0])]
    spans = [(run[0][1], run[-1][1]) for run in runs]
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans[:_MOST_TOLD])
    more = " and others" if len(spans) > _MOST_TOLD else ""
    return f"the lines {told}{more} are no numbers"
