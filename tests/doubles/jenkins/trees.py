"""The `tree` parameter of Jenkins' JSON: names, brackets, `*`, and ranges after a bracket."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

HIDDEN_NAMES = frozenset({"allBuilds"})
"""Shown only to those who name them."""


class MalformedTreeError(Exception):
    """The expression is none; the text is the one that Jenkins gives."""


@dataclass
class Node:
    """What is wanted of one object: its named children, or everything; and which part of a list."""

    children: dict[str, Node] = field(default_factory=dict)
    start: int = 0
    stop: int | None = None


@dataclass
class TreeParser:
    """A tree expression that is being read."""

    text: str
    at: int = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, char: str, name: str) -> None:
        if self.peek() != char:
            raise MalformedTreeError(f"java.lang.IllegalArgumentException: expected {name} at {self.at}")
        self.at += 1

    def names(self) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while True:
            name = re.compile(r"[^\[\]{},]*").match(self.text, self.at)
            self.at = name.end() if name else self.at
            found[name.group() if name else ""] = self.node()
            if self.peek() != ",":
                return found
            self.at += 1

    def node(self) -> Node:
        node = Node()
        if self.peek() == "[":
            self.at += 1
            node.children = self.names()
            self.take("]", "RBRACE")
        if self.peek() == "{":
            self.at += 1
            node.start, node.stop = self.range()
            self.take("}", "RBRACE")
        return node

    def range(self) -> tuple[int, int | None]:
        first = self.number()
        if self.peek() != ",":
            return (first or 0), (first or 0) + 1
        self.at += 1
        return first or 0, self.number()

    def number(self) -> int | None:
        if self.peek() in {",", "}"}:
            return None
        found = re.compile(r"[0-9]+").match(self.text, self.at)
        if not found:
            raise MalformedTreeError(f"java.lang.IllegalArgumentException: expected number at {self.at}")
        self.at = found.end()
        return int(found.group())


def parse_tree(text: str) -> dict[str, Node]:
    """Read an expression; MalformedTreeError with Jenkins' words."""
    reader = TreeParser(text)
    names = reader.names()
    if reader.at != len(text):
        raise MalformedTreeError(f"java.lang.IllegalArgumentException: expected EOF at {reader.at}")
    return names


def prune_bean(bean: dict[str, Any], wanted: dict[str, Node]) -> dict[str, Any]:
    """What is wanted of a bean, in the bean's own order; unknown names are dropped, `_class` stays."""
    everything = wanted.get("*")
    kept: dict[str, Any] = {}
    for name, value in bean.items():
        node = wanted.get(name) or (everything if name not in HIDDEN_NAMES else None)
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
    """JSON as Jenkins writes it: no blanks, UTF-8."""
    return json.dumps(bean, separators=(",", ":"), ensure_ascii=False).encode()
