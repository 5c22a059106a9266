"""Record what the conditions of a program really do, by probes in its syntax tree, without a coverage tool."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, TypeVar

from attrs import define, field

if TYPE_CHECKING:
    from collections.abc import Iterator

N = TypeVar("N", bound=ast.stmt)


@define
class ProbeRecord:
    """What the probes recorded by line: the values of conditions, and what was entered, tried and completed."""

    values: dict[int, set[bool]] = field(factory=dict)
    events: set[tuple[str, int]] = field(factory=set)

    def record_condition(self, line: int, value: object) -> object:
        """Record a value of the condition at a line, and return it."""
        self.values.setdefault(line, set()).add(bool(value))
        return value

    def record_event(self, event: str, line: int) -> None:
        """Record an event of the statement that begins at a line."""
        self.events.add((event, line))

    def record_handler(self, line: int, caught: object) -> object:
        """Record that the handler at a line is tried, and return the exceptions that it catches."""
        self.record_event("tried", line)
        return caught

    def is_true(self, sentence: str, *, started: bool) -> bool:
        """Whether a sentence about conditions is true of what was recorded."""
        ((fact, line),) = [
            (fact, int(found[1])) for pattern, fact in _SENTENCES.items() if (found := re.search(pattern, sentence))
        ] or [("nothing runs", 0)]
        values = self.values.get(line, set())
        match fact:
            case "nothing runs":
                return sentence == "nothing of this module runs" and not started
            case "never true":
                return values <= {False}
            case "always true":
                return values == {True}
            case "never false":
                return values <= {True}
            case _:
                return (fact, line) not in self.events


_SENTENCES = {
    r'^"(?:if|elif|while) .*" \(line (\d+)\) is never true$': "never true",
    r'^"(?:if|elif) .*" \(line (\d+)\) is always true$': "always true",
    r'^"(?:if|elif) .*" \(line (\d+)\) is never false$': "never false",
    r'^"(?:except\b.*)" \(line (\d+)\) is never reached$': "tried",
    r'^"(?:except .*|case .*)" \(line (\d+)\) (?:never matches|is never taken)$': "entered",
    r'^"(?:case .*)" \(line (\d+)\) is never reached$': "entered",
    r"^the loop at line (\d+) never runs$": "entered",
    r'^the "else" of the (?:loop|"try") at line (\d+) is never taken$': "else",
    r'^the block of "with .*" \(line (\d+)\) is never entered$': "entered",
    r'^"\w+" \(line (\d+)\) (?:is never called|never runs)$': "entered",
    r"^the loop at line (\d+) never comes to its end$": "past",
    r'^no run gets past (?:the "\w+" at |the loop at )?line (\d+)$': "past",
}
"""Pattern of a sentence -> the fact that it states, or the event that must not have been recorded."""


def instrument(source: str) -> ast.Module:
    """Return the program with probes, which call the methods of a `ProbeRecord` named `_w`."""
    module = ast.parse(source)
    module.body = [*_probe_block(module.body)]
    return ast.fix_missing_locations(module)


def _probe_block(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    for node in block:
        _probe_statement(node)
        yield node
        yield _make_event_probe("past", node.lineno)


def _probe_statement(node: ast.stmt) -> None:
    line = node.lineno
    match node:
        case ast.If() | ast.While():
            node.test = _wrap_value("record_condition", line, node.test)
        case ast.Try():
            for handler in node.handlers:
                if handler.type:
                    handler.type = _wrap_value("record_handler", handler.lineno, handler.type)
                handler.body = [_make_event_probe("entered", handler.lineno), *_probe_block(handler.body)]
        case ast.Match():
            for case in node.cases:
                case.body = [_make_event_probe("entered", case.pattern.lineno), *_probe_block(case.body)]
        case _:
            pass
    for name, event in (("body", "entered"), ("orelse", "else"), ("finalbody", "finally")):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            setattr(node, name, [_make_event_probe(event, line), *_probe_block(block)])


def _make_event_probe(event: str, line: int) -> ast.stmt:
    return ast.Expr(_call_probe("record_event", ast.Constant(event), ast.Constant(line)))


def _wrap_value(name: str, line: int, value: ast.expr) -> ast.expr:
    return _call_probe(name, ast.Constant(line), value)


def _call_probe(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Attribute(ast.Name("_w", ast.Load()), name, ast.Load()), args=[*arguments], keywords=[])
