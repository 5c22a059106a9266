"""The one-off report as JSON, schema `covbot-report/1`: one document, every line of every file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TextIO

from covbot.core import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from covbot.core import coverage
    from covbot.core.builds.build import Build
    from covbot.core.comparison import branch_changes, line_changes
    from covbot.reports import oneoff

SCHEMA = "covbot-report/1"


def write_json(report: oneoff.OneOffReport, stream: TextIO) -> None:
    """Write the document in ASCII, one file and one task a line, of which only one at a time is held as text."""
    after, before = report.after, report.before
    stream.write(f'{{"schema": {json.dumps(SCHEMA)}')
    _write_value(stream, "after", _describe_side(after))
    _write_value(stream, "before", before and _describe_side(before))
    files = sorted(after.report.files.items())
    _write_block(stream, "files", "{}", (_format_file(path, file) for path, file in files))
    _write_value(stream, "delta", _describe_delta(report))
    _write_block(stream, "tasks", "[]", (json.dumps(_describe_task(titled)) for titled in report.tasks))
    if after.flaky is not None:
        flaky = ({"path": path, "lines": list(lines)} for path, lines in sorted(after.flaky.items()))
        _write_block(stream, "flaky", "[]", map(json.dumps, flaky))
    _write_block(stream, "problems", "[]", (json.dumps(_describe_problem(problem)) for problem in report.problems))
    stream.write("}\n")


def _write_value(stream: TextIO, key: str, value: object) -> None:
    stream.write(f",\n{json.dumps(key)}: {json.dumps(value)}")


def _write_block(stream: TextIO, key: str, brackets: str, items: Iterable[str]) -> None:
    stream.write(f",\n{json.dumps(key)}: {brackets[0]}")
    stream.writelines(f"{',' if number else ''}\n  {item}" for number, item in enumerate(items))
    stream.write(brackets[1])


def _describe_side(side: oneoff.ReportSide) -> dict[str, object]:
    numbers = side.report.numbers
    return {
        "files": list(side.files),
        "build": side.build and _describe_build(side.build),
        "revision": side.revision,
        "writer": side.report.writer,
        "numbers": {
            "statements": numbers.statements,
            "missing": numbers.missing,
            "branches": numbers.branches,
            "missing_branches": numbers.missing_branches,
            "partial": numbers.partial,
        },
    }


def _describe_build(build: Build) -> dict[str, object]:
    return {
        "job": build.job,
        "number": build.number,
        "started_at": build.started_at.isoformat(),
        "revision": build.revision,
        "result": build.result,
        "url": addresses.hide_accounts(build.url),
    }


def _format_file(path: str, file: coverage.FileCoverage) -> str:
    lines = {"statements": list(file.statements), "missing": list(file.missing), "partial": file.partial}
    return f"{json.dumps(path)}: {json.dumps(lines)}"


def _describe_delta(report: oneoff.OneOffReport) -> dict[str, object] | None:
    delta, branches = report.delta, report.branches
    if delta is None or branches is None:
        return None
    return {
        "opened": [_describe_change(change) for change in delta.opened],
        "closed": [_describe_change(change) for change in delta.closed],
        "standing": delta.standing,
        "unmeasured": [{"path": item.path, "lines": list(item.lines)} for item in delta.unmeasured],
        "ways": {
            "opened": [_describe_branch_change(change) for change in branches.opened],
            "closed": [_describe_branch_change(change) for change in branches.closed],
            "standing": branches.standing,
        },
    }


def _describe_branch_change(change: branch_changes.BranchChange) -> dict[str, object]:
    return {
        "path": change.path,
        "line": change.line,
        "targets": list(change.targets),
        "ways": change.count,
        "why": change.why,
    }


def _describe_change(change: line_changes.LineChange) -> dict[str, object]:
    return {"path": change.path, "region": change.region, "lines": list(change.lines), "why": change.why}


def _describe_task(titled: oneoff.TitledTask) -> dict[str, object]:
    task = titled.task
    return {
        "key": task.key,
        "title": titled.title,
        "path": task.path,
        "module": task.module,
        "regions": list(task.regions),
        "lines": list(task.lines),
        "statements": len(task.lines),
        "kind": task.kind,
    }


def _describe_problem(problem: coverage.Problem) -> dict[str, str]:
    return {"where": problem.where, "what": problem.what}
