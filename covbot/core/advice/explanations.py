"""Why statements never ran: for each stretch of them one plain sentence, which source and report prove, or none.

What proves a sentence: of a block, one statement after the other runs; so the first that did not run, behind one that
did, tells that the one before never came to its end, and at the beginning of a block that the block was never entered.
"""

from __future__ import annotations

import ast
import bisect
import enum
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from covbot.core.lines import Lines
from covbot.core.source import outlines, quoting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from covbot.core.coverage import FileCoverage
    from covbot.core.source.outlines import Outline, Statement

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Cause(enum.Enum):
    """What kind of a stretch it is."""

    BRANCH = "a way that is never taken"
    REST = "what follows on something that never comes to its end"
    FUNCTION = "a whole function"
    MODULE = "a whole module"
    UNKNOWN = "nothing that source and report prove"


@frozen(kw_only=True)
class Explanation:
    """Missing statements for which one sentence holds; `line` is the one that it speaks of, 0 without a sentence."""

    lines: Lines
    sentence: str = ""
    line: int = 0
    cause: Cause = Cause.UNKNOWN


@frozen(kw_only=True)
class _Why:
    """A sentence on a line; `at` is the first of the statements that never ran for it."""

    sentence: str
    line: int
    cause: Cause
    at: int


class _State(enum.Enum):
    RAN = "began at least once"
    MISSED = "never began"
    INERT = "cannot fail, and is no statement for a report"
    UNKNOWN = "the report does not tell"


def explain_lines(source: str, file: FileCoverage, lines: Iterable[int]) -> tuple[Explanation, ...]:
    """The stretches of these missing lines of a file, in the order of its source; every line is in one of them.

    Nothing is said of a text that is not the one measured, as far as the lines of its statements show.
    """
    outline = outlines.build_outline(source)
    reasoning = _Reasoning(source=quoting.QuotedSource(source), file=file, outline=outline)
    sound = outline.fits(file.statements)
    found: dict[_Why | None, list[int]] = {}
    for line in lines:
        place = outline.by_line.get(line) if sound else None
        why = reasoning.explain(place) if place and line in file.missing else None
        found.setdefault(why, []).append(line)
    explanations = [
        Explanation(lines=Lines.of(held), sentence=why.sentence, line=why.line, cause=why.cause)
        if why
        else Explanation(lines=Lines.of(held))
        for why, held in found.items()
    ]
    return tuple(sorted(explanations, key=lambda explanation: min(explanation.lines)))


@define(kw_only=True, eq=False)
class _Reasoning:
    """One file: its text, its report and its outline; reasons are kept by the block and the statement they start at."""

    source: quoting.QuotedSource
    file: FileCoverage
    outline: Outline
    _known: dict[int, _Why | None] = field(init=False, factory=dict)
    _statements: frozenset[int] = field(init=False)
    _missing: frozenset[int] = field(init=False)
    _covered: Sequence[int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._statements, self._missing = frozenset(self.file.statements), frozenset(self.file.missing)
        self._covered = list(self.file.covered)

    def explain(self, place: Statement) -> _Why | None:
        """Why a place that never ran did not, None where nothing is proven."""
        if id(place.node) not in self._known:
            self._known[id(place.node)] = self._explain(place)
        return self._known[id(place.node)]

    def _explain(self, place: Statement) -> _Why | None:
        if place.field in {"handlers", "cases"}:
            return self._explain_alternative(place)
        first = place
        for node in reversed(place.block[: place.index]):
            sibling = self.outline.find_statement(node)
            match self.state(sibling):
                case _State.RAN:
                    return self._check(first, self._tell_past(sibling, first))
                case _State.MISSED:
                    first = sibling
                case _State.UNKNOWN:
                    return None
                case _State.INERT:
                    pass
        return self._explain_block(place.owner, first)

    def _explain_block(self, owner: Statement | None, first: Statement) -> _Why | None:
        """Why a block was never entered of which `first` is the first statement that could have run."""
        if owner is None:
            untouched = not self._covered
            return self._why("nothing of this module runs", first, Cause.MODULE, at=first) if untouched else None
        state = self.state(owner)
        if state is _State.MISSED:
            return self.explain(owner)
        if state is _State.UNKNOWN and not isinstance(owner.node, ast.match_case):
            return None
        return self._check(first, self._tell_entry(owner, first))

    def _explain_alternative(self, place: Statement) -> _Why | None:
        """Why a handler or case was never tried."""
        owner = place.owner
        if owner is None or self.state(owner) is _State.UNKNOWN:
            return None
        if self.state(owner) is _State.MISSED:
            return self.explain(owner)
        return self._check(place, self._why(f"{self._name(place)} is never reached", place, Cause.BRANCH, at=place))

    def state(self, place: Statement) -> _State:
        """Whether a place ran; of several on one line only the first can be told to have run."""
        names = {place.line, place.node.lineno} if isinstance(place.node, ast.stmt) else {place.line}
        if names & self._missing:
            return _State.MISSED
        if place.line in self._statements:
            alone = self.outline.by_line.get(place.line) is place
            return _State.RAN if alone and names <= self._statements else _State.UNKNOWN
        return _State.INERT if _is_inert(place.node) else _State.UNKNOWN

    def _check(self, first: Statement, why: _Why | None) -> _Why | None:
        """The reason, unless something ran of what it says cannot run: a report can be wrong, too."""
        alternative = first.field in {"handlers", "cases"}
        last = first.node if alternative else first.block[-1]
        following = bisect.bisect_left(self._covered, first.line)
        ran = following < len(self._covered) and self._covered[following] <= outlines.find_last_line(last)
        return None if ran else why

    def _tell_entry(self, owner: Statement, first: Statement) -> _Why | None:
        name, line = self._name(owner), owner.line
        match owner.node, first.field:
            case ast.If(), "orelse":
                return self._tell_truth(owner, first)
            case ast.If() | ast.While(), "body":
                return self._why(f"{name} is never true", owner, Cause.BRANCH, at=first)
            case ast.For() | ast.AsyncFor(), "body":
                return self._why(f"the loop at line {line} never runs", owner, Cause.BRANCH, at=first)
            case ast.For() | ast.AsyncFor() | ast.While(), "orelse":
                return self._why(f'the "else" of the loop at line {line} is never taken', owner, Cause.BRANCH, at=first)
            case ast.With() | ast.AsyncWith(), "body":
                return self._why(f"the block of {name} is never entered", owner, Cause.REST, at=first)
            case ast.Try() | ast.TryStar(), "orelse":
                return self._why(
                    f'the "else" of the "try" at line {line} is never taken', owner, Cause.BRANCH, at=first
                )
            case ast.ExceptHandler(type=ast.expr()), "body":
                return self._why(f"{name} never matches", owner, Cause.BRANCH, at=first)
            case ast.match_case(), "body":
                return self._tell_case(owner, first)
            case ast.FunctionDef() | ast.AsyncFunctionDef(), "body":
                return self._tell_call(owner, first)
            case _:
                return None

    def _tell_case(self, owner: Statement, first: Statement) -> _Why | None:
        above = owner.owner
        if above is None or self.state(above) is not _State.RAN:
            return None
        return self._why(f"{self._name(owner)} is never taken", owner, Cause.BRANCH, at=first)

    def _tell_call(self, owner: Statement, first: Statement) -> _Why | None:
        node = owner.node
        assert isinstance(node, _FUNCTIONS)  # noqa: S101  for the type checker: the caller matched it
        plain = isinstance(node, ast.FunctionDef) and not node.decorator_list and not _yields(node)
        verb = "is never called" if plain else "never runs"
        return _Why(
            sentence=f'"{node.name}" (line {node.lineno}) {verb}', line=node.lineno, cause=Cause.FUNCTION, at=first.line
        )

    def _tell_past(self, before: Statement, first: Statement) -> _Why | None:
        """Why `first` never ran though `before` did, behind which it stands."""
        match before.node:
            case ast.If():
                return self._tell_chain(before, first)
            case ast.For(orelse=[]) | ast.AsyncFor(orelse=[]) | ast.While(orelse=[]):
                said = f"the loop at line {before.line} never comes to its end"
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return None
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return None
            case node:
                said = f"no run gets past {quoting.name_keyword(node)}line {before.line}"
        return self._why(said, before, Cause.REST, at=first)

    def _tell_chain(self, before: Statement, first: Statement) -> _Why | None:
        """Of an `if` behind which nothing ran: the condition whose being false would have led there."""
        last = before
        while True:
            node = last.node
            assert isinstance(node, ast.If)  # noqa: S101  for the type checker: the chain holds nothing else
            if not node.orelse:
                return self._tell_truth(last, first)
            other = self.outline.find_statement(node.orelse[0])
            if self.state(other) is _State.MISSED:
                return self._tell_truth(last, first)
            chained = len(node.orelse) == 1 and isinstance(other.node, ast.If)
            if not chained or self.state(other) is not _State.RAN:
                return self._why(f'no run gets past the "if" at line {before.line}', before, Cause.REST, at=first)
            last = other

    def _tell_truth(self, owner: Statement, first: Statement) -> _Why:
        """A condition that is never false, and true if it is known to have led on at all."""
        node = owner.node
        assert isinstance(node, ast.If)  # noqa: S101  for the type checker: both callers matched it
        inner = [
            state
            for child in node.body
            if (state := self.state(self.outline.find_statement(child))) is not _State.INERT
        ]
        branch = self.file.branches.get(owner.line)
        led_on = inner[:1] == [_State.RAN] or (branch is not None and branch.missing < branch.total)
        said = "is always true" if led_on else "is never false"
        return self._why(f"{self._name(owner)} {said}", owner, Cause.BRANCH, at=first)

    def _name(self, place: Statement) -> str:
        return f'"{self.source.quote_header(place.node)}" (line {place.line})'

    def _why(self, sentence: str, about: Statement, form: Cause, *, at: Statement) -> _Why:
        return _Why(sentence=sentence, line=about.line, cause=form, at=at.line)


def _is_inert(node: outlines.Node) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.Global() | ast.Nonlocal():
            return True
        case _:
            return False


def _yields(function: ast.FunctionDef) -> bool:
    """Whether a call of a function may run nothing of it; a `yield` of a function within counts as well."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
