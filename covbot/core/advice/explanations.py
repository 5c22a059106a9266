"""Explanations why statements never ran: for each group of them one sentence that source and report prove, or none.

The proof: the statements of a block run one after the other. If the first statement that did not run is behind one that
ran, the one before it never completed. If it is the first of its block, the block was never entered.
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
    """The kind of cause why statements never ran."""

    BRANCH = "a branch that is never taken"
    REST = "the code behind a statement that never completes"
    FUNCTION = "a whole function"
    MODULE = "a whole module"
    UNKNOWN = "nothing that source and report prove"


@frozen(kw_only=True)
class Explanation:
    """Missing lines that one sentence explains.

    `line` is the line that the sentence names, 0 without a sentence. `function` is the unqualified name of the function
    of which nothing ran, if that is the cause.
    """

    lines: Lines
    sentence: str = ""
    line: int = 0
    cause: Cause = Cause.UNKNOWN
    function: str = ""


@frozen(kw_only=True)
class _Reason:
    """A sentence about a line. `first` is the line of the first statement that never ran for this reason."""

    sentence: str
    line: int
    cause: Cause
    first: int
    function: str = ""


class _State(enum.Enum):
    """Whether a statement ran, as far as the report shows."""

    RAN = "began at least once"
    MISSED = "never began"
    INERT = "cannot fail, and is no statement in a report"
    UNKNOWN = "not known from the report"


def explain_lines(source: str, file: FileCoverage, lines: Iterable[int]) -> tuple[Explanation, ...]:
    """Return the explanations of these missing lines of a file, in source order. Each line is in exactly one of them.

    There are no sentences if the text is not the measured one, as the lines of its statements show.
    """
    outline = outlines.build_outline(source)
    explainer = _Explainer(source=quoting.QuotedSource(source), file=file, outline=outline)
    fits = outline.fits(file.statements)
    found: dict[_Reason | None, list[int]] = {}
    for line in lines:
        statement = outline.by_line.get(line) if fits else None
        reason = explainer.explain(statement) if statement and line in file.missing else None
        found.setdefault(reason, []).append(line)
    explanations = [_make_explanation(Lines.of(missing_lines), reason) for reason, missing_lines in found.items()]
    return tuple(sorted(explanations, key=lambda explanation: min(explanation.lines)))


def _make_explanation(lines: Lines, reason: _Reason | None) -> Explanation:
    if reason is None:
        return Explanation(lines=lines)
    return Explanation(
        lines=lines, sentence=reason.sentence, line=reason.line, cause=reason.cause, function=reason.function
    )


@define(kw_only=True, eq=False)
class _Explainer:
    """The text, report and outline of a file. Reasons are cached by the `id` of the syntax node that they explain."""

    source: quoting.QuotedSource
    file: FileCoverage
    outline: Outline
    _reasons: dict[int, _Reason | None] = field(init=False, factory=dict)
    _statements: frozenset[int] = field(init=False)
    _missing: frozenset[int] = field(init=False)
    _covered: Sequence[int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._statements, self._missing = frozenset(self.file.statements), frozenset(self.file.missing)
        self._covered = list(self.file.covered)

    def explain(self, statement: Statement) -> _Reason | None:
        """Return the reason why a statement never ran, None if none is proven."""
        if id(statement.node) not in self._reasons:
            self._reasons[id(statement.node)] = self._find_reason(statement)
        return self._reasons[id(statement.node)]

    def _find_reason(self, statement: Statement) -> _Reason | None:
        if statement.field in {"handlers", "cases"}:
            return self._explain_alternative(statement)
        first = statement
        for node in reversed(statement.block[: statement.index]):
            sibling = self.outline.find_statement(node)
            match self.find_state(sibling):
                case _State.RAN:
                    return self._check_reason(first, self._explain_after(sibling, first))
                case _State.MISSED:
                    first = sibling
                case _State.UNKNOWN:
                    return None
                case _State.INERT:
                    pass
        return self._explain_block(statement.owner, first)

    def _explain_block(self, owner: Statement | None, first: Statement) -> _Reason | None:
        """Return the reason why a block was never entered. `first` is the first statement of it that could have run."""
        if owner is None:
            untouched = not self._covered
            return (
                self._make_reason("nothing of this module runs", first, Cause.MODULE, first=first)
                if untouched
                else None
            )
        state = self.find_state(owner)
        if state is _State.MISSED:
            return self.explain(owner)
        if state is _State.UNKNOWN and not isinstance(owner.node, ast.match_case):
            return None
        return self._check_reason(first, self._explain_entry(owner, first))

    def _explain_alternative(self, statement: Statement) -> _Reason | None:
        """Return the reason why a handler or case was never tried."""
        owner = statement.owner
        if owner is None or self.find_state(owner) is _State.UNKNOWN:
            return None
        if self.find_state(owner) is _State.MISSED:
            return self.explain(owner)
        return self._check_reason(
            statement,
            self._make_reason(
                f"{self._quote_statement(statement)} is never reached", statement, Cause.BRANCH, first=statement
            ),
        )

    def find_state(self, statement: Statement) -> _State:
        """Return whether a statement ran. Of several statements on one line, only the first is known to have run."""
        lines = {statement.line, statement.node.lineno} if isinstance(statement.node, ast.stmt) else {statement.line}
        if lines & self._missing:
            return _State.MISSED
        if statement.line in self._statements:
            alone = self.outline.by_line.get(statement.line) is statement
            return _State.RAN if alone and lines <= self._statements else _State.UNKNOWN
        return _State.INERT if outlines.is_inert(statement.node) else _State.UNKNOWN

    def _check_reason(self, first: Statement, reason: _Reason | None) -> _Reason | None:
        """Return the reason, None if a statement ran that could not run for this reason, since reports can be wrong."""
        alternative = first.field in {"handlers", "cases"}
        last = first.node if alternative else first.block[-1]
        following = bisect.bisect_left(self._covered, first.line)
        ran = following < len(self._covered) and self._covered[following] <= outlines.find_last_line(last)
        return None if ran else reason

    def _explain_entry(self, owner: Statement, first: Statement) -> _Reason | None:
        name, line = self._quote_statement(owner), owner.line
        match owner.node, first.field:
            case ast.If(), "orelse":
                return self._explain_condition(owner, first)
            case ast.If() | ast.While(), "body":
                return self._make_reason(f"{name} is never true", owner, Cause.BRANCH, first=first)
            case ast.For() | ast.AsyncFor(), "body":
                return self._make_reason(f"the loop at line {line} never runs", owner, Cause.BRANCH, first=first)
            case ast.For() | ast.AsyncFor() | ast.While(), "orelse":
                return self._make_reason(
                    f'the "else" of the loop at line {line} is never taken', owner, Cause.BRANCH, first=first
                )
            case ast.With() | ast.AsyncWith(), "body":
                return self._make_reason(f"the block of {name} is never entered", owner, Cause.REST, first=first)
            case ast.Try() | ast.TryStar(), "orelse":
                return self._make_reason(
                    f'the "else" of the "try" at line {line} is never taken', owner, Cause.BRANCH, first=first
                )
            case ast.ExceptHandler(type=ast.expr()), "body":
                return self._make_reason(f"{name} never matches", owner, Cause.BRANCH, first=first)
            case ast.match_case(), "body":
                return self._explain_case(owner, first)
            case ast.FunctionDef() | ast.AsyncFunctionDef(), "body":
                return self._explain_call(owner, first)
            case _:
                return None

    def _explain_case(self, owner: Statement, first: Statement) -> _Reason | None:
        above = owner.owner
        if above is None or self.find_state(above) is not _State.RAN:
            return None
        return self._make_reason(f"{self._quote_statement(owner)} is never taken", owner, Cause.BRANCH, first=first)

    def _explain_call(self, owner: Statement, first: Statement) -> _Reason | None:
        node = owner.node
        assert isinstance(node, _FUNCTIONS)  # noqa: S101  for the type checker: the caller matched it
        plain = isinstance(node, ast.FunctionDef) and not node.decorator_list and not _contains_yield(node)
        verb = "is never called" if plain else "never runs"
        return _Reason(
            sentence=f'"{node.name}" (line {node.lineno}) {verb}',
            line=node.lineno,
            cause=Cause.FUNCTION,
            first=first.line,
            function=node.name,
        )

    def _explain_after(self, before: Statement, first: Statement) -> _Reason | None:
        """Return the reason why `first` never ran although `before`, the statement before it, did."""
        match before.node:
            case ast.If():
                return self._explain_chain(before, first)
            case ast.For(orelse=[]) | ast.AsyncFor(orelse=[]) | ast.While(orelse=[]):
                sentence = f"the loop at line {before.line} never comes to its end"
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return None
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return None
            case node:
                sentence = f"no run gets past {quoting.name_keyword(node)}line {before.line}"
        return self._make_reason(sentence, before, Cause.REST, first=first)

    def _explain_chain(self, before: Statement, first: Statement) -> _Reason | None:
        """Return the reason why nothing ran behind an `if`: the condition that should have been false to get there."""
        last = before
        while True:
            node = last.node
            assert isinstance(node, ast.If)  # noqa: S101  for the type checker: the chain holds nothing else
            if not node.orelse:
                return self._explain_condition(last, first)
            other = self.outline.find_statement(node.orelse[0])
            if self.find_state(other) is _State.MISSED:
                return self._explain_condition(last, first)
            chained = len(node.orelse) == 1 and isinstance(other.node, ast.If)
            if not chained or self.find_state(other) is not _State.RAN:
                return self._make_reason(
                    f'no run gets past the "if" at line {before.line}', before, Cause.REST, first=first
                )
            last = other

    def _explain_condition(self, owner: Statement, first: Statement) -> _Reason:
        """Return the reason that a condition is never false, or always true if it is known to have been evaluated."""
        node = owner.node
        assert isinstance(node, ast.If)  # noqa: S101  for the type checker: both callers matched it
        inner = [
            state
            for child in node.body
            if (state := self.find_state(self.outline.find_statement(child))) is not _State.INERT
        ]
        branch = self.file.branches.get(owner.line)
        entered = inner[:1] == [_State.RAN] or (branch is not None and branch.missing < branch.total)
        verdict = "is always true" if entered else "is never false"
        return self._make_reason(f"{self._quote_statement(owner)} {verdict}", owner, Cause.BRANCH, first=first)

    def _quote_statement(self, statement: Statement) -> str:
        return f'"{self.source.quote_header(statement.node)}" (line {statement.line})'

    def _make_reason(self, sentence: str, about: Statement, cause: Cause, *, first: Statement) -> _Reason:
        return _Reason(sentence=sentence, line=about.line, cause=cause, first=first.line)


def _contains_yield(function: ast.FunctionDef) -> bool:
    """Whether a call of a function may run no statement of it. A `yield` in a nested function counts as well."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in ast.walk(function))
