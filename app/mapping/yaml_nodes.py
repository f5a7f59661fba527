"""Turns the nodes that the YAML library has read into values: merge keys, environment variables, keys."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.nodes import Node as YamlNode

from app.mapping.codes import Code
from app.mapping.document import Node
from app.mapping.environment import substitute
from app.mapping.problems import Path, Problem, WrongError, dotted

DEEPEST = 50  # a rule needs no ten
LARGEST = 100_000
_TAGS = "tag:yaml.org,2002:"
_MERGE = f"{_TAGS}merge"
_STRING = f"{_TAGS}str"
_KNOWN = {f"{_TAGS}{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge")}


class Reader:
    """Reads one document; `problems` are those of the YAML itself."""

    def __init__(self, file: str, text: str, environment: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._text = text
        self._environment = environment
        # An anchor's node is read once, wherever it is used.
        self._read: dict[int, Node | None] = {}
        self._scalars = YAML(typ="safe", pure=True).constructor

    def read(self, root: YamlNode | None) -> Node:
        """The value of the document's first node; nothing for an empty document."""
        return Node(None, 1, 1, "") if root is None else self._node(root, ())

    def _node(self, yaml: YamlNode, path: Path) -> Node:
        if id(yaml) in self._read:
            known = self._read[id(yaml)]
            if known is None:
                self._tell(yaml, path, Code.YAML_INVALID, f"the anchor &{yaml.anchor} holds itself")
                return self._place(yaml, None, broken=True)
            return known
        self._read[id(yaml)] = None
        node = self._bounded(self._new(yaml, path), yaml, path)
        self._read[id(yaml)] = node
        return node

    def _bounded(self, node: Node, yaml: YamlNode, path: Path) -> Node:
        # A few anchors that hold each other several times are millions of values.
        inner = node.children.values()
        node.size = 1 + sum(child.size for child in inner)
        node.depth = 1 + max((child.depth for child in inner), default=0)
        if not path or (node.size <= LARGEST and node.depth <= 2 * DEEPEST):
            return node
        said = (
            f"this is more than {LARGEST:,} values" if node.size > LARGEST else f"this nests more than {DEEPEST} deep"
        )
        self._tell(yaml, path, Code.YAML_INVALID, said)
        return self._place(yaml, None, broken=True)

    def _new(self, yaml: YamlNode, path: Path) -> Node:
        if len(path) > DEEPEST:
            self._tell(yaml, path[:4], Code.YAML_INVALID, f"this nests more than {DEEPEST} deep")
            return self._place(yaml, None, broken=True)
        if str(yaml.tag) not in _KNOWN:
            self._tell(yaml, path, Code.TAG_UNKNOWN, f"the tag {yaml.tag} is not known: take it out")
            return self._place(yaml, None, broken=True)
        if isinstance(yaml, MappingNode):
            return self._mapping(yaml, path)
        if isinstance(yaml, SequenceNode):
            return self._sequence(yaml, path)
        return self._scalar(cast(ScalarNode, yaml), path)

    def _sequence(self, yaml: SequenceNode, path: Path) -> Node:
        node = self._place(yaml, [])
        for index, inner in enumerate(yaml.value):
            node.children[index] = self._node(inner, (*path, index))
        node.value = [child.value for child in node.children.values()]
        return node

    def _scalar(self, yaml: ScalarNode, path: Path) -> Node:
        node = self._place(yaml, None)
        node.plain = yaml.style is None
        node.behind = self._behind(yaml)
        try:
            node.value = substitute(self._constant(yaml), self._environment) if _is_text(yaml) else self._constant(yaml)
        except WrongError as wrong:
            self._tell(yaml, path, wrong.findings[0].code, str(wrong))
            node.broken = True
        except ValueError as error:
            self._tell(yaml, path, Code.YAML_INVALID, f"this is no value: {' '.join(str(error).split())}")
            node.broken = True
        return node

    def _constant(self, yaml: ScalarNode) -> Any:
        return _whole(str(yaml.value)) if _is_text(yaml) else self._scalars.construct_object(yaml)

    def _mapping(self, yaml: MappingNode, path: Path) -> Node:
        node = self._place(yaml, {})
        own = [pair for pair in yaml.value if str(pair[0].tag) != _MERGE]
        merged = [pair for pair in yaml.value if str(pair[0].tag) == _MERGE]
        for key, value in own:
            self._pair(node, key, value, path)
        for mapping in self._merged(merged, path):
            for name, child in mapping.children.items():
                if name not in node.children:
                    node.children[name] = child
                    node.keys[name] = mapping.keys[name]
        node.value = {name: child.value for name, child in node.children.items()}
        return node

    def _pair(self, node: Node, key: YamlNode, value: YamlNode, path: Path) -> None:
        if not isinstance(key, ScalarNode):
            text = 'a template needs quotes around it: "{{ … }}"'
            is_template = isinstance(key, MappingNode)
            code = Code.TEMPLATE_UNQUOTED if is_template else Code.YAML_INVALID
            self._tell(key, path, code, text if is_template else "a key has to be a text")
            node.broken = True
            return
        name = self._key(key, path)
        if name in node.children:
            self._tell(key, (*path, name), Code.KEY_TWICE, f"the key {name} is there already: take one of them out")
            return
        child = node.children[name] = self._node(value, (*path, name))
        # Of nothing YAML does not know where it stands.
        if child.plain and not child.written:
            child.behind = self._behind(key).removeprefix(":")
        node.keys[name] = self._place(key, name)
        node.keys[name].plain = key.style is None

    def _key(self, key: ScalarNode, path: Path) -> Any:
        if "${" in str(key.value):
            self._tell(key, path, Code.ENV_INVALID, "a key cannot hold ${…}: only values may")
        try:
            name = self._constant(key)
        except ValueError:
            return str(key.value).encode(errors="replace").decode()
        return name if isinstance(name, Hashable) else str(key.value)

    def _merged(self, pairs: list[tuple[YamlNode, YamlNode]], path: Path) -> Iterator[Node]:
        for _, value in pairs:
            for inner in value.value if isinstance(value, SequenceNode) else [value]:
                if isinstance(inner, MappingNode):
                    yield self._node(inner, path)
                else:
                    self._tell(
                        inner, path, Code.MERGE_INVALID, "`<<` wants a mapping: the name of an anchor, `<<: *name`"
                    )

    def _behind(self, yaml: YamlNode) -> str:
        return self._text[yaml.end_mark.index :].partition("\n")[0]

    def _place(self, yaml: YamlNode, value: Any, *, broken: bool = False) -> Node:
        start, end = yaml.start_mark, yaml.end_mark
        return Node(value, start.line + 1, start.column + 1, self._text[start.index : end.index].strip(), broken=broken)

    def _tell(self, yaml: YamlNode, path: Path, code: Code, text: str) -> None:
        place = yaml.start_mark
        self.problems.append(Problem(self._file, place.line + 1, place.column + 1, dotted(path), code, text))


def _whole(text: str) -> str:
    """The text with its letters whole: JSON writes some in two halves. Raises `ValueError` for a half."""
    try:
        text.encode()
    except UnicodeEncodeError:
        try:
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError as error:
            raise ValueError("it holds half a letter") from error
    return text


def _is_text(yaml: ScalarNode) -> bool:
    return str(yaml.tag) == _STRING
