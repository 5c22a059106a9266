"""The result of a pass, or of its dry run, in sentences or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from covbot import errors
from covbot.cli import error_lines
from covbot.cli.output import json_documents, printing
from covbot.core import display
from covbot.core.bugs.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, Outcome, SetStatus
from covbot.core.bugs.holds import HoldKind
from covbot.outbox import FAILED
from covbot.pipeline import queries
from covbot.reports import cells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from covbot.core.bugs.actions import Plan, Receipt, Skipped
    from covbot.core.planning.proposal import Proposal
    from covbot.pipeline.passes import Result

LONGEST_SENTENCE = 300
"""The most characters of what is said of a broken build."""

MOST_REASONS = 12
"""The most reasons for skipped tasks that are listed; `--format json` has all of them."""


def print_results(results: Sequence[Result], chosen: str, *, done: bool, quiet: bool = False) -> int:
    """Print the results of passes, and return the exit code; if `quiet`, only those in which something is new.

    It is A_PERSON_MUST_DECIDE if a plan was refused, COULD_NOT if a build could not be fetched for a reason that is not
    temporary, if one was left out, if a source has not been known since an earlier pass, if a text cannot be made,
    if nothing is filed for bugs that are hidden, or if a write was refused, else DONE.
    """
    for result in results:
        if chosen == "json":
            json_documents.print_document(json_documents.make_result_document(result, done=done))
        elif not quiet:
            printing.print_lines(_describe_result(result, done=done))
        elif _is_new(result, done=done):
            printing.print_lines(_describe_news(result, done=done))
    for result in results:
        for line in _describe_failures(result):
            error_lines.print_line(f"{result.project}: {line}")
    if any(result.plan.refused for result in results):
        return errors.Exit.A_PERSON_MUST_DECIDE
    has_failed = any(True for result in results for _ in _describe_failures(result))
    failed = {result.project: [each for each in result.receipts if each.outcome in FAILED] for result in results}
    for project, receipts in failed.items():
        for receipt in receipts:
            error_lines.print_line(f"{project}: not done: {_describe_action(receipt.action)}: {receipt.note}")
    return errors.Exit.COULD_NOT if has_failed or any(failed.values()) else errors.Exit.DONE


def _describe_failures(result: Result) -> Iterator[str]:
    """Yield what in a pass needs a person, beside writes that were refused."""
    if result.unread:
        yield f"nothing is written: {result.unread}"
    textless = [skipped for skipped in result.plan.skipped if skipped.kind is HoldKind.NO_TEXT]
    if textless:
        more = f" (and {display.format_count(len(textless) - 1, 'more task')})" if len(textless) > 1 else ""
        yield f"{textless[0].title}: {textless[0].why}{more}"
    hidden = [skipped for skipped in result.plan.skipped if skipped.kind is HoldKind.HIDDEN_BUG]
    if hidden:
        yield f"nothing is filed: {hidden[0].why} (name it, and covbot goes on: covbot accept --without BUG --why TEXT)"
    for postponed in result.postponed:
        if not postponed.is_temporary:
            number = postponed.build.number
            yield f"build {number} is stuck: {postponed.why} (or set it aside: covbot dismiss {number} --why TEXT)"
    if result.left_out:
        count = display.format_count(len(result.left_out), "build")
        yield f"{count} left out as broken: {cells.shorten_name(result.left_out[0], LONGEST_SENTENCE)}"


def print_texts(results: Iterable[Result], key: str) -> int:
    """Print all texts that are due for one task, or that it would be filed with; UnknownName if no plan has it."""
    for result in results:
        for proposal in result.proposals:
            if proposal.footer.key == key:
                actions = [action for action in result.plan.actions if action.footer.key == key]
                skipped = [skipped for skipped in result.plan.skipped if skipped.key == key]
                printing.print_lines(_describe_proposal(proposal, actions, skipped))
                return errors.Exit.DONE
    message = f"no task {cells.shorten_name(key)} in any plan (covbot tasks lists them)"
    raise errors.UnknownName(message)


def _describe_proposal(proposal: Proposal, actions: Sequence[Action], skipped: Sequence[Skipped]) -> Iterator[str]:
    yield from (f"{_describe_action(action)}: {action.why}\n\n{_format_text(action)}\n" for action in actions)
    yield from (f"left alone: {item.why}" for item in skipped)
    if not any(isinstance(action, FileBug | EditBug) for action in actions):
        yield f"\n{proposal.title}\n\n{proposal.description}".rstrip()


def _is_new(result: Result, *, done: bool) -> bool:
    """Whether a person should know of a result: a build was seen, something was or would be written, or it failed."""
    has_failed = any(not postponed.is_temporary for postponed in result.postponed)
    return bool(
        result.builds or result.plan.refused or (result.receipts if done else result.plan.actions) or has_failed
    )


def _describe_result(result: Result, *, done: bool) -> Iterator[str]:
    yield from _describe_news(result, done=done)
    yield from _describe_skipped(result)


def _describe_news(result: Result, *, done: bool) -> Iterator[str]:
    yield f"{result.project}: {_make_headline(result, done=done)}"
    yield from (f"  {note}" for note in result.notes)
    for ingested in result.builds:
        revision = f" ({display.shorten_revision(ingested.build.revision)})" if ingested.build.revision else ""
        reasons = "".join(f"\n    {reason}" for reason in (*ingested.verdict.reasons, *ingested.notes))
        yield f"  build {ingested.build.number}{revision}: {ingested.verdict.word}{reasons}"
    if result.builds and not result.builds[-1].verdict.trusted:
        yield f"    next: {queries.advise_suspect(result.builds[-1].build.number)}"
    yield from _describe_postponed(result)
    yield from (f"  left out: {cells.shorten_name(what, LONGEST_SENTENCE)}" for what in result.left_out)
    if result.plan.refused:
        yield f"  refused whole: {result.plan.refused}"
        yield f"    ({_advise_refused(result.plan)})"
    if done:
        yield from (_describe_receipt(receipt) for receipt in result.receipts)
    else:
        yield from (f"  would {_describe_action(action)}: {action.why}" for action in result.plan.actions)
        if result.plan.actions:
            yield f"  (a whole text: covbot plan --show {result.plan.actions[0].footer.key})"


def _advise_refused(plan: Plan) -> str:
    if plan.unreadable:
        numbers = " ".join(map(str, plan.unreadable))
        return f"if they stay so, as private ones do: covbot accept --without {numbers} --why TEXT goes on without them"
    return "if that is right: covbot accept BUILD --why TEXT trusts the newest build, and the next run goes on"


def _describe_postponed(result: Result) -> Iterator[str]:
    """Yield one line for each cause, with the builds that it postpones."""
    by_cause: dict[str, list[int]] = {}
    for postponed in result.postponed:
        by_cause.setdefault(postponed.why, []).append(postponed.build.number)
    for why, numbers in by_cause.items():
        if len(numbers) == 1:
            yield f"  build {numbers[0]} is left to the next run: {why}"
        else:
            yield f"  builds {', '.join(map(str, numbers))} are left to the next run: {why}"


def _make_headline(result: Result, *, done: bool) -> str:
    if result.outage:
        return f"nothing was {'planned' if result.builds else 'looked at'}: {result.outage}"
    builds = display.format_count(len(result.builds), "new build") if result.builds else "no new build"
    number = len(result.receipts if done else result.plan.actions)
    if not result.builds and not result.postponed and not number:
        return "nothing new: no new build, and nothing to write"
    return f"{builds}, {display.format_count(number, 'write')} to the tracker" + ("" if done else " due")


def _describe_skipped(result: Result) -> Iterator[str]:
    if not result.plan.skipped:
        return
    yield f"  left alone: {display.format_count(len(result.plan.skipped), 'task')}"
    reasons: dict[str, list[Skipped]] = {}
    for skipped in result.plan.skipped:
        reasons.setdefault(skipped.why, []).append(skipped)
    ranked = _rank_reasons(reasons, {proposal.footer.key for proposal in result.proposals if proposal.entry.record})
    for why, items in ranked[:MOST_REASONS]:
        yield f"    {display.format_count(len(items), 'task')}: {why}"
    rest = sum(len(items) for _, items in ranked[MOST_REASONS:])
    if rest:
        yield f"    and {display.format_count(rest, 'task')} for other reasons (covbot why PATH tells each)"


def _rank_reasons(reasons: Mapping[str, list[Skipped]], filed: Collection[str]) -> list[tuple[str, list[Skipped]]]:
    """Return the reasons in the order of the output: those of tasks with bugs first, then those of most tasks."""
    return sorted(
        reasons.items(), key=lambda item: (not any(skipped.key in filed for skipped in item[1]), -len(item[1]), item[0])
    )


def _describe_receipt(receipt: Receipt) -> str:
    match receipt.outcome:
        case Outcome.DONE | Outcome.FOUND_DONE:
            return f"  {_describe_done_action(receipt.action, receipt.bug)}: {receipt.action.why}"
        case Outcome.UNSEEN:
            return f"  {_describe_done_action(receipt.action, receipt.bug)}, but it cannot be read back"
        case Outcome.OVERTAKEN | Outcome.UNREADABLE | Outcome.REFUSED:
            return f"  not done ({receipt.outcome.value}): {_describe_action(receipt.action)}: {receipt.note}"
        case _:
            assert_never(receipt.outcome)


def _describe_action(action: Action) -> str:
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


def _describe_done_action(action: Action, bug: int | None) -> str:
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


def _format_text(action: Action) -> str:
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
