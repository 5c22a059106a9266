"""What a pass, or the rehearsal of one, comes to: said in words or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import click

from covbot import errors
from covbot.cli.output import json_documents
from covbot.core import display
from covbot.core.bugs.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, Outcome, SetStatus
from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from covbot.core.bugs.actions import Receipt, Skipped
    from covbot.core.planning.proposal import Proposal
    from covbot.pipeline.passes import Result

MOST_REASONS = 12
"""Reasons for tasks left alone that are listed; `--format json` has them all."""


def print_results(results: Sequence[Result], chosen: str, *, done: bool) -> int:
    """Print what passes came to; the exit code: A_PERSON_MUST_DECIDE if a plan was refused.

    COULD_NOT if a build could not be fetched for a reason that does not pass by itself.
    """
    for result in results:
        if chosen == "json":
            json_documents.print_document(json_documents.result_document(result, done=done))
        else:
            for line in _tell(result, done=done):
                click.echo(line)
    if any(result.plan.refused for result in results):
        return errors.Exit.A_PERSON_MUST_DECIDE
    stuck = any(not waiting.is_temporary for result in results for waiting in result.postponed)
    return errors.Exit.COULD_NOT if stuck else errors.Exit.DONE


def print_texts(results: Iterable[Result], key: str) -> int:
    """Print all words that are due for one task, or that it waits with; UnknownName if no plan speaks of it."""
    for result in results:
        for proposal in result.proposals:
            if proposal.footer.key == key:
                actions = [action for action in result.plan.actions if action.footer.key == key]
                for line in _show(proposal, actions, [left for left in result.plan.skipped if left.key == key]):
                    click.echo(line)
                return errors.Exit.DONE
    message = f"no task {cells.shorten_name(key)} in any plan (covbot tasks lists them)"
    raise errors.UnknownName(message)


def _show(proposal: Proposal, actions: Sequence[Action], left: Sequence[Skipped]) -> Iterator[str]:
    yield from (f"{_do(action)}: {action.why}\n\n{_words(action)}\n" for action in actions)
    yield from (f"left alone: {item.why}" for item in left)
    if not any(isinstance(action, FileBug | EditBug) for action in actions):
        yield f"\n{proposal.title}\n\n{proposal.description}"


def _tell(result: Result, *, done: bool) -> Iterator[str]:
    yield f"{result.project}: {_headline(result, done=done)}"
    for taken in result.builds:
        revision = f" ({cells.shorten_name(taken.build.revision)})" if taken.build.revision else ""
        reasons = "".join(f"\n    {said}" for said in (*taken.verdict.reasons, *taken.notes))
        yield f"  build {taken.build.number}{revision}: {taken.verdict.word}{reasons}"
    yield from (
        f"  build {waiting.build.number} is left to the next run: {waiting.why}" for waiting in result.postponed
    )
    if result.plan.refused:
        yield f"  refused whole: {result.plan.refused}"
        yield "    (if that is right: covbot accept BUILD --why TEXT trusts the newest build, and the next run goes on)"
    if done:
        yield from (_receipt(receipt) for receipt in result.receipts)
    else:
        yield from (f"  would {_do(action)}: {action.why}" for action in result.plan.actions)
    yield from _left(result)


def _headline(result: Result, *, done: bool) -> str:
    if result.outage:
        return f"nothing was looked at: {result.outage}"
    builds = display.format_count(len(result.builds), "new build") if result.builds else "no new build"
    number = len(result.receipts if done else result.plan.actions)
    if not result.builds and not result.postponed and not number:
        return "nothing new: no new build, and nothing to write"
    return f"{builds}, {display.format_count(number, 'write')} to the tracker" + ("" if done else " due")


def _left(result: Result) -> Iterator[str]:
    if not result.plan.skipped:
        return
    yield f"  left alone: {display.format_count(len(result.plan.skipped), 'task')}"
    reasons: dict[str, list[Skipped]] = {}
    for left in result.plan.skipped:
        reasons.setdefault(left.why, []).append(left)
    ranked = _rank(reasons, {proposal.footer.key for proposal in result.proposals if proposal.entry.record})
    for why, items in ranked[:MOST_REASONS]:
        yield f"    {display.format_count(len(items), 'task')}: {why}"
    rest = sum(len(items) for _, items in ranked[MOST_REASONS:])
    if rest:
        yield f"    and {display.format_count(rest, 'task')} for other reasons (covbot why PATH tells each)"


def _rank(reasons: Mapping[str, list[Skipped]], filed: Collection[str]) -> list[tuple[str, list[Skipped]]]:
    """What is said of tasks with bugs first, then what is said of most."""
    return sorted(
        reasons.items(), key=lambda item: (not any(left.key in filed for left in item[1]), -len(item[1]), item[0])
    )


def _receipt(receipt: Receipt) -> str:
    match receipt.outcome:
        case Outcome.DONE | Outcome.FOUND_DONE:
            return f"  {_did(receipt.action, receipt.bug)}: {receipt.action.why}"
        case Outcome.OVERTAKEN | Outcome.UNREADABLE | Outcome.REFUSED:
            return f"  not done ({receipt.outcome.value}): {_do(receipt.action)}: {receipt.note}"
        case _:
            assert_never(receipt.outcome)


def _do(action: Action) -> str:
    match action:
        case FileBug():
            return f"file {action.footer.key} {cells.shorten_name(action.title)}"
        case EditBug():
            return f"edit bug {action.bug}"
        case CommentOnBug():
            return f"comment on bug {action.bug} ({action.about.value})"
        case SetStatus():
            return f"set bug {action.bug} to {action.status.value}"
        case MarkDuplicate():
            return f"mark bug {action.bug} as a duplicate of bug {action.of}"
        case _:
            assert_never(action)


def _did(action: Action, bug: int | None) -> str:
    match action:
        case FileBug():
            return f"filed bug {bug} {cells.shorten_name(action.title)}"
        case EditBug():
            return f"edited bug {bug}"
        case CommentOnBug():
            return f"commented on bug {bug} ({action.about.value})"
        case SetStatus():
            return f"set bug {bug} to {action.status.value}"
        case MarkDuplicate():
            return f"marked bug {bug} as a duplicate of bug {action.of}"
        case _:
            assert_never(action)


def _words(action: Action) -> str:
    match action:
        case FileBug() | EditBug():
            return f"{action.title}\n\n{action.description}"
        case CommentOnBug():
            return action.text
        case SetStatus():
            return action.status.value
        case MarkDuplicate():
            return f"a duplicate of bug {action.of}"
        case _:
            assert_never(action)
