"""Where in the configuration a part of a rule comes from."""

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Origin:
    """`given_by` is the rule's name, or "defaults"; `text` is the YAML as written, without values of the environment.

    `file` is the file as it was named when it was loaded.
    """

    given_by: str
    file: str
    line: int
    text: str

    @property
    def place(self) -> str:
        """`config/ringback.yaml:14`."""
        return f"{self.file}:{self.line}"

    @property
    def short(self) -> str:
        """`ringback.yaml:14`, for what others than the machine's owner may read."""
        return f"{PurePath(self.file).name}:{self.line}"
