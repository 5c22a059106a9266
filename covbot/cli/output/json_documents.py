"""The JSON documents of the command line, in the words of the design, one on each line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, assert_never

import click

from covbot.core import addresses
from covbot.core.bugs.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus

if TYPE_CHECKING:
    from covbot.core.bugs.actions import Receipt
    from covbot.core.bugs.bug import Bug
    from covbot.core.coverage import Numbers
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.passes import Result
    from covbot.pipeline.queries import SeenBuild


def print_document(document: dict[str, Any]) -> None:
    """Print one document on one line."""
    click.echo(json.dumps(document, ensure_ascii=True))


def make_result_document(result: Result, *, done: bool) -> dict[str, Any]:
    """Return the document of a pass: `covbot-run/1` if it was carried out, `covbot-plan/1` for a dry run."""
    document: dict[str, Any] = {
        "schema": "covbot-run/1" if done else "covbot-plan/1",
        "project": result.project,
        "notes": list(result.notes),
        "builds": [
            {
                "number": ingested.build.number,
                "revision": ingested.build.revision,
                "verdict": ingested.verdict.word,
                "reasons": list(ingested.verdict.reasons),
            }
            for ingested in result.builds
        ],
        "waiting": [{"number": postponed.build.number, "why": postponed.why} for postponed in result.postponed],
        "away": result.outage,
        "unread": result.unread,
        "left_out": list(result.left_out),
        "actions": [make_action_document(action) for action in result.plan.actions],
        "left": [{"key": skipped.key, "title": skipped.title, "why": skipped.why} for skipped in result.plan.skipped],
        "refused": result.plan.refused,
    }
    if done:
        document["receipts"] = [make_receipt_document(receipt) for receipt in result.receipts]
    return document


def make_action_document(action: Action) -> dict[str, Any]:
    """Return the document of an action; a field that it does not have is empty or null."""
    title, text, status, bug, of = "", "", None, None, None
    match action:
        case FileBug():
            title, text = action.title, action.description
        case EditBug():
            title, text, bug = action.title, action.description, action.bug
        case CommentOnBug():
            text, bug = action.text, action.bug
        case SetStatus():
            status, bug = action.status.value, action.bug
        case MarkDuplicate():
            bug, of = action.bug, action.of
        case _:
            assert_never(action)
    return {
        "action": type(action).__name__,
        "key": action.footer.key,
        "bug": bug,
        "title": title,
        "text": text,
        "status": status,
        "duplicate_of": of,
        "why": action.why,
    }


def make_receipt_document(receipt: Receipt) -> dict[str, Any]:
    """Return the document of a receipt: its action in short, and the outcome."""
    return {
        "action": type(receipt.action).__name__,
        "key": receipt.action.footer.key,
        "bug": receipt.bug,
        "outcome": receipt.outcome.value,
        "at": receipt.at.isoformat(),
        "note": receipt.note,
        "why": receipt.action.why,
    }


def make_build_document(project: str, seen: SeenBuild) -> dict[str, Any]:
    """Return the document of a build that was seen; if it is not recorded, `verdict` is its state."""
    build, snapshot = seen.build, seen.snapshot
    return {
        "project": project,
        "job": build.job,
        "number": build.number,
        "started_at": build.started_at.isoformat(),
        "revision": build.revision,
        "result": build.result,
        "url": addresses.hide_accounts(build.url),
        "verdict": seen.word,
        "reasons": list(snapshot.verdict.reasons if snapshot else seen.reasons),
        "notes": list(seen.notes),
        "next": seen.next_step,
        "accepted": snapshot.accepted if snapshot else None,
        "dismissed": seen.dismissed,
        "numbers": _make_numbers_document(snapshot.measurement.numbers) if snapshot else None,
    }


def _make_numbers_document(numbers: Numbers) -> dict[str, int]:
    return {
        "statements": numbers.statements,
        "missing": numbers.missing,
        "branches": numbers.branches,
        "missing_branches": numbers.missing_branches,
        "partial": numbers.partial,
    }


def make_task_document(project: str, entry: Entry, bug: Bug | None, *, title: str, why: str) -> dict[str, Any]:
    """Return the document of a task of the ledger, with its bug."""
    task = entry.task
    return {
        "project": project,
        "key": task.key,
        "title": title,
        "path": task.path,
        "module": task.module,
        "regions": list(task.regions),
        "lines": list(task.lines),
        "statements": len(task.lines),
        "kind": task.kind.value,
        "bug": entry.record.bug if entry.record else None,
        "status": bug.status.value if bug else None,
        "url": bug.url if bug else None,
        "why": why,
    }


def make_bug_document(project: str, bug: Bug) -> dict[str, Any]:
    """Return the document of a bug as the tracker shows it."""
    return {
        "project": project,
        "number": bug.number,
        "status": bug.status.value,
        "title": bug.title,
        "tags": sorted(bug.tags),
        "assignee": bug.assignee,
        "duplicate_of": bug.duplicate_of,
        "url": bug.url,
        "created_at": bug.created_at.isoformat(),
        "updated_at": bug.updated_at.isoformat(),
        "description": bug.description,
    }
