"""What is missing and where, fit for a title: by the parts of the file if its source is known, else by its regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from covbot.core import display
from covbot.core.source import parts
from covbot.core.source.regions import RegionKind
from covbot.core.tasks.task import TaskKind
from covbot.texts import sanitize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from covbot.core.advice.analysis import ExplainedPart, TaskAnalysis
    from covbot.core.tasks.task import Task

LONGEST_NAME = 120
MOST_NAMES = 12
_NUMBER_WORDS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def list_names(task: Task, analysis: TaskAnalysis) -> list[str]:
    """Return the names of the parts in which statements of a task are missing, that of the module body last.

    The list is empty if all of them are in the module body.
    """
    named = [explained.part.name for explained in analysis.parts] or [
        parts.name_region(region) for region in task.regions
    ]
    ordered = sorted(named, key=lambda name: name == parts.MODULE.name)
    return [] if ordered == [parts.MODULE.name] else [sanitize.clean_name(name, LONGEST_NAME) for name in ordered]


def summarize_names(names: Sequence[str]) -> str:
    """Return the first of the names and the number of the others, or both of two."""
    if len(names) <= 2:  # noqa: PLR2004 -- two are as short as a name and a number
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} more"


def join_names(names: Sequence[str]) -> str:
    """Return a dozen of the names, and the number of the others."""
    more = len(names) - MOST_NAMES
    return ", ".join(names[:MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def name_subject(task: Task, analysis: TaskAnalysis, *, first: bool) -> str:
    """Return what a test is to assert something of: one function by its own name, if that is meaningful.

    For a `first` test of a module it is the function with which that begins.
    """
    named = _find_subjects(task, analysis)
    own = named[0] if len(named) == 1 or (first and named) else ""
    return "the code" if not own or own.startswith("__") else sanitize.clean_name(own, LONGEST_NAME)


def _find_subjects(task: Task, analysis: TaskAnalysis) -> list[str]:
    if not analysis.parts:
        return [region.rpartition(".")[2] for region in task.regions]
    begun = _find_first(task, analysis)
    return [begun.part.subject] if begun else [explained.part.subject for explained in analysis.parts]


def _find_first(task: Task, analysis: TaskAnalysis) -> ExplainedPart | None:
    """Return the part with which the first test of a module begins, None if the task is not one."""
    if task.kind is not TaskKind.FIRST_TEST:
        return None
    inside = (explained for explained in analysis.parts if explained.part.name.startswith(task.regions[0]))
    return next(inside, None)


def make_headline(task: Task, analysis: TaskAnalysis, *, job: str, limit: int) -> str:
    """Return what is missing in a task, in at most `limit` characters if any way to say it is that short."""
    if task.kind is TaskKind.FIRST_TEST and analysis.searched and analysis.placement is None:
        begun = _find_first(task, analysis)
        name = sanitize.clean_name(begun.part.name if begun else task.regions[0], LONGEST_NAME)
        return f"no test file yet; a first test can run {name}" if name else "no test file yet"
    phrases = list(_phrase_headlines(task, analysis, job=job))
    return next((phrase for phrase in phrases if len(phrase) <= limit), min(phrases, key=len))


def _phrase_headlines(task: Task, analysis: TaskAnalysis, *, job: str) -> Iterator[str]:
    """Yield what is missing in a task in ever fewer words."""
    count = display.format_count(len(task.lines), "statement")
    if len(analysis.parts) == 1 and analysis.parts[0].part.kind is RegionKind.FUNCTION:
        yield from _phrase_function(analysis, job)
    names = list_names(task, analysis)
    if len(analysis.parts) == len(names) == 2:  # noqa: PLR2004 -- each of two has its own count
        ordered = sorted(analysis.parts, key=lambda explained: explained.part is parts.MODULE)
        counts = display.format_count(ordered[0].statements, "statement"), f"{ordered[1].statements:,}"
        yield "no test runs " + " and ".join(f"{one} of {name}" for one, name in zip(counts, names, strict=True))
    yield f"no test runs {count}{f' of {summarize_names(names)}' if names else ''}"
    if len(names) > 1:
        yield f"no test runs {count} in {len(names)} places"


def _phrase_function(analysis: TaskAnalysis, job: str) -> Iterator[str]:
    """Yield what is missing of the one function of a task; the job is named if a test that it may not run calls it."""
    explained = analysis.parts[0]
    for name in (explained.part.name, explained.part.subject):
        shown = sanitize.clean_name(name, LONGEST_NAME)
        if explained.untouched:
            yield f"no test of {job} runs {shown}" if analysis.caller or analysis.idle else f"no test runs {shown}"
        elif explained.branches:
            number = len(explained.explanations)
            word = _NUMBER_WORDS[number] if number < len(_NUMBER_WORDS) else f"{number:,}"
            noun, verb = ("branch", "has") if number == 1 else ("branches", "have")
            yield f"{word} {noun} of {shown} {verb} no test"
