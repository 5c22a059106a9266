"""The recovery of bugs with the project's footer that the ledger does not know: their texts describe their tasks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import attrs
from attrs import frozen

from covbot.core.bugs import footers
from covbot.core.bugs.marker import parse_marker
from covbot.core.bugs.record import BugRecord, digest_text
from covbot.core.lines import Lines, union
from covbot.core.source.regions import MODULE_BODY
from covbot.core.tasks.task import Entry, Task, choose_kind

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping

    from covbot.core.bugs.bug import Bug
    from covbot.core.bugs.footers import Footer
    from covbot.core.bugs.marker import Marker
    from covbot.core.comparison.view import BuildView, Transition
    from covbot.core.ledger.ledger import Ledger
    from covbot.core.policy import Policy


@frozen(kw_only=True)
class TaskLocation:
    """The place of a task in the newest build, and the lines that the text of its bug lists.

    `listed_count` is how many the text lists, with those that were edited or deleted; None if no source shows that.
    """

    path: str
    regions: tuple[str, ...]
    listed_lines: Lines
    listed_count: int | None = None
    renamed: bool = False


def find_unknown_bugs(
    names: Container[str], known: Mapping[int, Bug], ledger: Ledger, pending: Container[str]
) -> dict[Footer, Bug]:
    """Return the bugs that the ledger does not know, by footer.

    For each key it is the bug of the newest generation, the oldest of several, unless the ledger knows it or a newer
    one. Keys with a pending write are left out: their bugs become known when it is settled.
    """
    newest: dict[str, tuple[Footer, Bug]] = {}
    for _, bug in sorted(known.items()):
        footer = footers.identify(bug)
        if footer is not None and footer.project in names and footer.key not in pending:
            previous = newest.get(footer.key)
            if previous is None or previous[0].generation < footer.generation:
                newest[footer.key] = footer, bug
    return {footer: bug for footer, bug in newest.values() if not _is_known(ledger, footer, bug, known)}


def _is_known(ledger: Ledger, footer: Footer, bug: Bug, known: Mapping[int, Bug]) -> bool:
    """Whether the ledger has this bug, or another one that is not just a newer duplicate of it."""
    entry = ledger.entries.get(footer.key)
    if entry is None or entry.record is None or entry.record.generation < footer.generation:
        return any(other.record and other.record.bug == bug.number for other in ledger.entries.values())
    return not (
        entry.record.generation == footer.generation and entry.record.bug in known and bug.number < entry.record.bug
    )


def find_marker(bug: Bug) -> Marker | None:
    """Return the marker in a bug's text; if a person removed it, that of the text it was filed with, or None."""
    marker = parse_marker(bug.description) or parse_marker(bug.filed_text)
    if marker is None or footers.parse(bug.description) is not None:
        return marker
    return attrs.evolve(marker, untouched=False)


def follow_prefix(marker: Marker, paths: Collection[str]) -> Marker:
    """Return the marker with the path that its file has among `paths`: the only one that ends alike, if it has none.

    A text that was written without the repository, or with another prefix, names its file by another beginning.
    """
    if marker.path in paths:
        return marker
    alike = [path for path in paths if path.endswith(f"/{marker.path}") or marker.path.endswith(f"/{path}")]
    return attrs.evolve(marker, path=alike[0]) if len(alike) == 1 else marker


def locate_task(marker: Marker, transition: Transition) -> TaskLocation:
    """Return where the task of a marker is in the newest build, along the transition from the marker's revision."""
    linemap = transition.linemap
    new_path = linemap.path_after(marker.path)
    if new_path is None:
        return TaskLocation(path=marker.path, regions=marker.regions, listed_lines=Lines())
    located = [linemap.region_after(marker.path, name) if name else (new_path, name) for name in marker.regions]
    by_path = transition.forward(marker.path, marker.lines)
    listed_lines = by_path.pop(new_path, Lines())
    named = [each[1] for each in located if each and each[0] == new_path]
    named += transition.after.group_by_region(new_path, listed_lines)
    return TaskLocation(
        path=new_path,
        regions=tuple(dict.fromkeys(named)) or marker.regions,
        listed_lines=listed_lines,
        listed_count=len(marker.lines) - sum(map(len, by_path.values())),
        renamed=new_path != marker.path,
    )


def are_missing(marker: Marker, ledger: Ledger) -> bool:
    """Whether the lines of a marker, as they are numbered in it, are missing in both of the last builds."""
    return marker.lines <= find_missing_lines(ledger, marker.path)


def find_unmoved(marker: Marker, ledger: Ledger) -> TaskLocation | None:
    """Return where the task of a marker is if all of its lines are still missing under the numbers that it gives."""
    if not are_missing(marker, ledger):
        return None
    regions = marker.regions or _list_regions(ledger, marker.path)
    return TaskLocation(path=marker.path, regions=regions, listed_lines=marker.lines)


def guess_location(bug: Bug, marker: Marker | None, ledger: Ledger, view: BuildView) -> TaskLocation | None:
    """Return where the task of a bug is if no source shows it: at the lines of its marker if all are still missing.

    Otherwise the task gets all missing lines of the file that the marker, or else the text, names. None if neither
    names one.
    """
    files = view.report.files
    unmoved = find_unmoved(marker, ledger) if marker is not None else None
    if unmoved is not None:
        return unmoved
    path = marker.path if marker is not None else _find_named_path(f"{bug.title}\n{bug.description}", files)
    if path is None:
        return None
    regions = (*(marker.regions if marker else ()), *_list_regions(ledger, path))
    return TaskLocation(
        path=path,
        regions=tuple(dict.fromkeys(regions)) or (MODULE_BODY,),
        listed_lines=find_missing_lines(ledger, path),
    )


def add_unlisted_lines(entries: Mapping[str, Entry], keys: Collection[str], ledger: Ledger) -> dict[str, Entry]:
    """Return the entries, those of `keys` with all missing lines of their regions that no task has.

    No source showed where these tasks are, so nothing tells the lines that a task got since its bug was written from
    those of other tasks. The task of the oldest bug gets them, as if its changed code had been followed as a whole.
    """
    found = dict(entries)
    guessed = [(entry.record.bug, key) for key in keys if (entry := found[key]).record]
    for (path, region), gap in sorted(ledger.gaps.items()):
        owned = union(entry.task.lines for entry in found.values() if entry.task.path == path)
        lines = gap.lines - ledger.flaky(path) - owned
        keys_here = (key for _, key in sorted(guessed) if _owns_region(found[key].task, path, region))
        if lines and (key := next(keys_here, None)) is not None:
            entry = found[key]
            task = attrs.evolve(entry.task, lines=entry.task.lines | lines)
            found[key] = attrs.evolve(entry, task=task, unconfirmed=False)
    return found


def _owns_region(task: Task, path: str, region: str) -> bool:
    return task.path == path and region in task.regions


def find_missing_lines(ledger: Ledger, path: str) -> Lines:
    """Return the lines of a file that are missing in both of the last builds."""
    return Lines.of(line for (location, _), gap in ledger.gaps.items() if location == path for line in gap.lines)


def _list_regions(ledger: Ledger, path: str) -> tuple[str, ...]:
    return tuple(region for location, region in sorted(ledger.gaps) if location == path)


def _find_named_path(text: str, paths: Iterable[str]) -> str | None:
    """Return the longest of these paths that a text names, None if it names none."""
    found = (path for path in paths if re.search(rf"(?<![\w./-]){re.escape(path)}(?![\w/-])", text))
    return max(found, key=len, default=None)


def recover_entry(bug: Bug, footer: Footer, location: TaskLocation, marker: Marker | None, policy: Policy) -> Entry:
    """Return the entry of a bug that the ledger does not know.

    Without missing lines it is unconfirmed until the next build.
    """
    task = Task(
        key=footer.key,
        path=location.path,
        regions=location.regions,
        lines=location.listed_lines,
        kind=choose_kind(location.listed_lines, policy),
    )
    record = attrs.evolve(_reconstruct_record(bug, footer, location), renamed=location.renamed)
    if marker is None or not marker.untouched:
        record = attrs.evolve(record, description="")
    return Entry(task=task, record=record, unconfirmed=not task.lines)


def _reconstruct_record(bug: Bug, footer: Footer, location: TaskLocation) -> BugRecord:
    """Return the record of a bug as far as it shows; if it does not show who wrote last, covbot is assumed to have."""
    written = bug.updated_at if bug.updated_at > bug.created_at else None
    commented_at = max((comment.at for comment in bug.comments if comment.mine), default=None)
    reopened = bug.status_mine and bug.closed_at is None and bug.status_at > bug.created_at
    return BugRecord(
        bug=bug.number,
        generation=footer.generation,
        listed_lines=location.listed_lines,
        listed_count=location.listed_count,
        title=digest_text(bug.title) if written is None else "",
        description=digest_text(bug.description),
        filed_at=bug.created_at,
        edited_at=written,
        commented_at=commented_at or written,
        done_at=commented_at,
        asked_at=commented_at,
        closed_at=bug.closed_at,
        reopened_at=bug.status_at if reopened else None,
    )
