"""The JSON documents of the command line, in the words of the design: one per line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, assert_never

import click

from covbot.core.bugs.actions import Action, CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus

if TYPE_CHECKING:
    from covbot.core.bugs.actions import Receipt
    from covbot.core.bugs.bug import Bug
    from covbot.core.builds.build import StoredSnapshot
    from covbot.core.tasks.task import Entry
    from covbot.pipeline.passes import Result


def print_document(document: dict[str, Any]) -> None:
    """Print one document on one line."""
    click.echo(json.dumps(document, ensure_ascii=True))


def result_document(result: Result, *, done: bool) -> dict[str, Any]:
    """A pass: `covbot-run/1` when it was done, else `covbot-plan/1`."""
    document: dict[str, Any] = {
        "schema": "covbot-run/1" if done else "covbot-plan/1",
        "project": result.project,
        "builds": [
            {
                "number": taken.build.number,
                "revision": taken.build.revision,
                "verdict": taken.verdict.word,
                "reasons": list(taken.verdict.reasons),
            }
            for taken in result.builds
        ],
        "waiting": [{"number": waiting.build.number, "why": waiting.why} for waiting in result.postponed],
        "away": result.outage,
        "actions": [action_document(action) for action in result.plan.actions],
        "left": [{"key": left.key, "title": left.title, "why": left.why} for left in result.plan.skipped],
        "refused": result.plan.refused,
    }
    if done:
        document["receipts"] = [receipt_document(receipt) for receipt in result.receipts]
    return document


def action_document(action: Action) -> dict[str, Any]:
    """An action: what it does not have is empty or null."""
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


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """A receipt: its action in short, and what became of it."""
    return {
        "action": type(receipt.action).__name__,
        "key": receipt.action.footer.key,
        "bug": receipt.bug,
        "outcome": receipt.outcome.value,
        "at": receipt.at.isoformat(),
        "note": receipt.note,
        "why": receipt.action.why,
    }


def build_document(project: str, snapshot: StoredSnapshot) -> dict[str, Any]:
    """A stored build."""
    build, numbers = snapshot.build, snapshot.measurement.numbers
    return {
        "project": project,
        "job": build.job,
        "number": build.number,
        "started_at": build.started_at.isoformat(),
        "revision": build.revision,
        "result": build.result,
        "url": build.url,
        "verdict": snapshot.verdict.word,
        "reasons": list(snapshot.verdict.reasons),
        "accepted": snapshot.accepted,
        "numbers": {
            "statements": numbers.statements,
            "missing": numbers.missing,
            "branches": numbers.branches,
            "missing_branches": numbers.missing_branches,
            "partial": numbers.partial,
        },
    }


def task_document(project: str, entry: Entry, bug: Bug | None, *, title: str, why: str) -> dict[str, Any]:
    """A task of the ledger, with its bug."""
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


def bug_document(project: str, bug: Bug) -> dict[str, Any]:
    """A bug as the tracker shows it."""
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
