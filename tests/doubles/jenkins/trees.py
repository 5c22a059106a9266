"""Parse the `tree` parameter of the JSON of Jenkins: names, brackets, `*`, and ranges after a bracket."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

HIDDEN_NAMES = frozenset({"allBuilds"})
"""The names that are shown only if they are named."""


class MalformedTreeError(Exception):
    """An expression is malformed; the text is that of Jenkins."""


@dataclass
class Node:
    """What is requested of one object: its named children, or everything if there are none, and a range of a list."""

    children: dict[str, Node] = field(default_factory=dict)
    start: int = 0
    stop: int | None = None


@dataclass
class TreeParser:
    """Parses one expression."""

    text: str
    at: int = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def expect(self, char: str, name: str) -> None:
        if self.peek() != char:
            raise MalformedTreeError(f"java.lang.IllegalArgumentException: expected {name} at {self.at}")
        self.at += 1

    def parse_names(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while True:
            name = re.compile(r"[^\[\]{},]*").match(self.text, self.at)
            self.at = name.end() if name else self.at
            found[name.group() if name else ""] = self.parse_node()
            if self.peek() != ",":
                return found
            self.at += 1

    def parse_node(self) -> Node:
        node = Node()
        if self.peek() == "[":
            self.at += 1
            node.children = self.parse_names()
            self.expect("]", "RBRACE")
        if self.peek() == "{":
            self.at += 1
            node.start, node.stop = self.parse_range()
            self.expect("}", "RBRACE")
        return node

    def parse_range(self) -> tuple[int, int | None]:
        first = self.parse_number()
        if self.peek() != ",":
            return (first or 0), (first or 0) + 1
        self.at += 1
        return first or 0, self.parse_number()

    def parse_number(self) -> int | None:
        if self.peek() in {",", "}"}:
            return None
        found = re.compile(r"[0-9]+").match(self.text, self.at)
        if not found:
            raise MalformedTreeError(f"java.lang.IllegalArgumentException: expected number at {self.at}")
        self.at = found.end()
        return int(found.group())


def parse_tree(text: str) -> dict[str, Node]:
    """Return the nodes of an expression by name; raise MalformedTreeError with the words of Jenkins."""
    reader = TreeParser(text)
    names = reader.parse_names()
    if reader.at != len(text):
        raise MalformedTreeError(f"java.lang.IllegalArgumentException: expected EOF at {reader.at}")
    return names


def prune_bean(bean: dict[str, Any], wanted: dict[str, Node]) -> dict[str, Any]:
    """Return what is requested of a bean, in the order of the bean; unknown names are dropped, `_class` stays."""
    wildcard = wanted.get("*")
    kept: dict[str, Any] = {}
    for name, value in bean.items():
        node = wanted.get(name) or (wildcard if name not in HIDDEN_NAMES else None)
        if name == "_class" or node is not None:
            kept[name] = _prune_value(value, node or Node())
    return kept


def _prune_value(value: object, node: Node) -> object:
    match value:
        case list():
            return [_prune_value(item, Node(node.children)) for item in value[node.start : node.stop]]
        case dict() if node.children:
            return prune_bean(value, node.children)
        case dict():
            return {name: inner for name, inner in value.items() if name not in HIDDEN_NAMES}
        case _:
            return value


def write_json(bean: dict[str, Any]) -> bytes:
    """Return JSON as Jenkins writes it: without blanks, in UTF-8."""
    return json.dumps(bean, separators=(",", ":"), ensure_ascii=False).encode()
