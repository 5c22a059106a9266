"""What the conditions of a program really did, as probes put into its syntax tree saw it: no coverage tool is asked."""

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
    """What was seen, by line: the values of conditions, what was entered, tried, and left behind completed."""

    values: dict[int, set[bool]] = field(factory=dict)
    seen: set[tuple[str, int]] = field(factory=set)

    def test(self, line: int, value: object) -> object:
        """A condition has this value."""
        self.values.setdefault(line, set()).add(bool(value))
        return value

    def note(self, what: str, line: int) -> None:
        """Something happened to what begins on a line."""
        self.seen.add((what, line))

    def catch(self, line: int, caught: object) -> object:
        """A handler is tried."""
        self.note("tried", line)
        return caught

    def is_true(self, sentence: str, *, started: bool) -> bool:
        """Whether a sentence holds for what was seen."""
        ((what, line),) = [
            (what, int(found[1])) for pattern, what in _SENTENCES.items() if (found := re.search(pattern, sentence))
        ] or [("nothing runs", 0)]
        values = self.values.get(line, set())
        match what:
            case "nothing runs":
                return sentence == "nothing of this module runs" and not started
            case "never true":
                return values <= {False}
            case "always true":
                return values == {True}
            case "never false":
                return values <= {True}
            case _:
                return (what, line) not in self.seen


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
"""The sentences that there are, each with what must not have been seen."""


def instrument(source: str) -> ast.Module:
    """The program with probes, which call the methods of a `Witness` named `_w`."""
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
            node.test = _wrap_value("test", line, node.test)
        case ast.Try():
            for handler in node.handlers:
                if handler.type:
                    handler.type = _wrap_value("catch", handler.lineno, handler.type)
                handler.body = [_make_event_probe("entered", handler.lineno), *_probe_block(handler.body)]
        case ast.Match():
            for case in node.cases:
                case.body = [_make_event_probe("entered", case.pattern.lineno), *_probe_block(case.body)]
        case _:
            pass
    for name, what in (("body", "entered"), ("orelse", "else"), ("finalbody", "finally")):
        block = getattr(node, name, None)
        if isinstance(block, list) and block:
            setattr(node, name, [_make_event_probe(what, line), *_probe_block(block)])


def _make_event_probe(what: str, line: int) -> ast.stmt:
    return ast.Expr(_call_probe("note", ast.Constant(what), ast.Constant(line)))


def _wrap_value(name: str, line: int, value: ast.expr) -> ast.expr:
    return _call_probe(name, ast.Constant(line), value)


def _call_probe(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Attribute(ast.Name("_w", ast.Load()), name, ast.Load()), args=[*arguments], keywords=[])
