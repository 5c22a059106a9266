"""The values of a task that the templates use: finished texts, so that a template only arranges them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from attrs import field, frozen

from covbot.core import addresses, display, lines
from covbot.core.advice import skipped
from covbot.core.advice.analysis import NO_ANALYSIS
from covbot.core.builds.build import COMMIT_ID
from covbot.core.lines import Lines
from covbot.core.tasks.task import Entry, Task, TaskKind
from covbot.texts import headlines, phrases, sanitize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from covbot.core.advice.analysis import TaskAnalysis
    from covbot.core.bugs.footers import Footer
    from covbot.core.builds.build import Build
    from covbot.core.project import ProjectInfo

_LONGEST_LIST = 1500
"""The greatest number of characters of a list of line numbers."""

_LONGEST_CHANGE = 300
"""The same, of a list in a sentence about a change."""

LONGEST_TITLE = 120
"""The greatest number of characters of a title: Launchpad accepts 200, but lists of bugs show fewer."""

_LONGEST_TITLE_PATH = 80
"""The greatest number of characters of a path in a title."""

_LONGEST_CRITERION = 80
"""The greatest number of characters of the lines in a criterion."""

_SHORT_ID = 10
"""The number of characters by which people abbreviate a commit's id."""

_UNKNOWN_NUMBER = "NNNNNN"
"""The number of a bug in its own text, which is written before it has one."""

_LONGEST_ADDRESS = 1000
"""The greatest number of characters of an address: a longer one is not shown."""


@frozen(kw_only=True)
class TemplateFields:
    """The names that a template can use; an unknown text or list is empty."""

    project: str = field(metadata={"help": "title of the project"})
    path: str = field(metadata={"help": "path of the file in the repository"})
    short_path: str = field(metadata={"help": "the same, or the end of it, fit for a title"})
    module: str = field(metadata={"help": "dotted name of the module, as the path spells it"})
    headline: str = field(metadata={"help": "what is missing, fit for a title: `two branches of attach have no test`"})
    region: str = field(metadata={"help": "where in the file, fit for a title: `Manager.attach and 2 more`, or empty"})
    regions: str = field(metadata={"help": "functions and classes that they are in, by qualified name, or empty"})
    statements: str = field(metadata={"help": "how many statements are missing: `12 statements`"})
    lines: str = field(metadata={"help": "on which lines they begin: `lines 3, 7-9`; a long list ends with a count"})
    reasons: tuple[str, ...] = field(metadata={"help": "rows that say of each stretch of lines why it never ran"})
    excerpt: tuple[str, ...] = field(metadata={"help": "rows of the source, those that never ran marked by `>`"})
    excerpt_rest: str = field(metadata={"help": "how many lines the excerpt leaves out, as a sentence, or empty"})
    criterion: str = field(metadata={"help": "when it is done: `lines 3 and 7 run`, or `these 40 statements run`"})
    subject: str = field(metadata={"help": "the function that it is about, or `the code`"})
    larger: bool = field(metadata={"help": "whether it is more than one person finishes in an evening"})
    gone: bool = field(metadata={"help": "whether nothing is missing because the code is gone or excluded"})
    change: str = field(metadata={"help": "what changed since the bug was last written, as sentences"})
    former: str = field(metadata={"help": "the bug that was filed for the same task before: `bug 12`"})
    revision: str = field(metadata={"help": "revision at which the lines are numbered"})
    short_revision: str = field(metadata={"help": "the same, of a commit the beginning"})
    link: str = field(metadata={"help": "address of the first of the lines on the web"})
    repository: str = field(metadata={"help": "address of the repository"})
    tests: tuple[str, ...] = field(metadata={"help": "files where a test fits, by the project's patterns"})
    searched: bool = field(metadata={"help": "whether the test files of the repository were looked at"})
    test: str = field(
        metadata={"help": "where a test fits, as found: `tests/test_x.py, class TestX; test_y ...`, or empty"}
    )
    caller: str = field(metadata={"help": "a test file that seems to call it, though nothing of it ran, or empty"})
    first_test: str = field(
        metadata={"help": "the test file to create, if the module has none and this task begins it"}
    )
    census: str = field(metadata={"help": "how little of the file runs: `none of its 26 statements runs`, or empty"})
    rest: str = field(metadata={"help": "how much else of the file is missing: `12 statements`, or empty"})
    run: tuple[str, ...] = field(metadata={"help": "the project's commands that run that file"})
    see: tuple[str, ...] = field(metadata={"help": "the project's commands that show which lines it runs"})
    test_kinds: str = field(metadata={"help": "kinds of tests that the job runs: `unit or functional`, or empty"})
    closes: str = field(metadata={"help": "the line of a commit message that closes the bug, or empty"})
    partly_closes: str = field(metadata={"help": "the same, of a commit that does a part of it"})
    job: str = field(metadata={"help": "name of the job"})
    builds: str = field(metadata={"help": "the builds that agree: `builds 3 and 4`"})
    build_links: tuple[str, ...] = field(metadata={"help": "their addresses"})
    contact: str = field(metadata={"help": "who runs this covbot, and how to reach and stop them"})


def make_fields(
    entry: Entry,
    project: ProjectInfo,
    builds: Sequence[Build],
    footer: Footer,
    *,
    analysis: TaskAnalysis = NO_ANALYSIS,
) -> TemplateFields:
    """Return the fields of a task as it is after these builds, for a text with a footer, with its source's analysis."""
    task, path = entry.task, entry.task.path
    revision = (builds[-1].revision or "") if builds else ""
    names = headlines.list_names(task, analysis)
    short = _shorten_path(path, project)
    return TemplateFields(
        path=sanitize.clean_name(path),
        headline=headlines.make_headline(
            task, analysis, job=sanitize.clean_name(project.job), limit=LONGEST_TITLE - len(short) - 2
        ),
        region=headlines.summarize_names(names),
        regions=headlines.join_names(names),
        short_path=short,
        module=sanitize.clean_name(task.module),
        statements=display.format_count(len(task.lines), "statement"),
        lines=_list_lines(task.lines, _LONGEST_LIST) if task.lines else "",
        larger=task.kind is TaskKind.LARGER,
        gone=entry.gone,
        change=_describe_change(entry, footer),
        former=_name_former_bug(entry, footer),
        revision=sanitize.clean_name(revision),
        short_revision=revision[:_SHORT_ID] if COMMIT_ID.fullmatch(revision) else sanitize.clean_name(revision),
        link=_make_link(project, path, revision, _find_first_shown(entry, analysis)),
        tests=_list_test_paths(project, task.path),
        builds=_name_builds(builds),
        build_links=tuple(address for build in builds if (address := _clean_address(build.url))),
        **_describe_project(project),
        **_describe_source(entry.task, project, analysis),
    )


def _describe_project(project: ProjectInfo) -> dict[str, Any]:
    """Return the fields that are the same for all tasks of a project."""
    return {
        "project": sanitize.clean_name(project.title),
        "repository": _clean_address(project.repository),
        "test_kinds": _join_kinds(project.test_kinds),
        "closes": _fill_pattern(project.closes, {"bug": _UNKNOWN_NUMBER}),
        "partly_closes": _fill_pattern(project.partly_closes, {"bug": _UNKNOWN_NUMBER}),
        "job": sanitize.clean_name(project.job),
        "contact": display.escape(project.contact).rstrip("."),
    }


def _describe_source(task: Task, project: ProjectInfo, analysis: TaskAnalysis) -> dict[str, Any]:
    """Return the fields that come from the source of a build and from its tests."""
    first, rest = _choose_first_test(task, project, analysis), analysis.missing - len(task.lines)
    test = analysis.placement.path if analysis.placement else next(iter(_list_test_paths(project, task.path)), "")
    class_name = phrases.choose_class(analysis.placement) if analysis.placement else ""
    named = {"test": test if analysis.searched else "", "class_name": class_name, "path": task.path, "key": task.key}
    return {
        "reasons": phrases.describe_reasons(analysis.parts),
        "excerpt": phrases.format_excerpt(analysis.excerpt),
        "excerpt_rest": phrases.describe_omitted_lines(analysis.excerpt, task.lines),
        "criterion": _describe_criterion(task.lines),
        "subject": headlines.name_subject(task, analysis, first=bool(first)),
        "searched": analysis.searched,
        "test": phrases.describe_placement(analysis.placement, idle=analysis.idle) if analysis.placement else "",
        "run": phrases.fill_commands(project.run, **named),
        "see": phrases.fill_commands(project.see, **named),
        "first_test": sanitize.clean_name(first),
        "caller": sanitize.clean_name(analysis.caller) if not analysis.idle else "",
        "census": phrases.describe_counts(analysis),
        "rest": display.format_count(rest, "statement") if rest > 0 else "",
    }


def _shorten_path(path: str, project: ProjectInfo) -> str:
    """Return a path fit for a title: without the folder that contains all of them and, if it is long, its end."""
    inner = path.removeprefix(f"{project.prefix.strip('/')}/") if project.prefix else path
    return (
        sanitize.clean_name(inner)
        if len(inner) <= _LONGEST_TITLE_PATH
        else "..." + sanitize.clean_name(inner[-_LONGEST_TITLE_PATH:])
    )


def _describe_criterion(numbers: Lines) -> str:
    if not numbers:
        return ""
    text = lines.format_ranges(numbers)
    if len(text) > _LONGEST_CRITERION:
        return f"these {len(numbers):,} statements run"
    if len(numbers) == 1:
        return f"line {text} runs"
    head, _, last = text.rpartition(", ")
    return f"lines {head} and {last} run" if head else f"lines {text} run"


def _join_kinds(kinds: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(kinds[:-1]), *kinds[-1:]]))


def _find_first_shown(entry: Entry, analysis: TaskAnalysis) -> Lines:
    """Return the first of the lines, or the line before it that its explanation is about, if an excerpt shows that."""
    shown = {row.number for row in analysis.excerpt}
    first = analysis.explanations[0].line if analysis.explanations else 0
    return Lines.of([first]) if first in shown and first < next(iter(entry.task.lines)) else entry.task.lines


def _list_lines(numbers: Lines, limit: int) -> str:
    """Return the line numbers as a person writes them, and after `limit` characters how many more there are."""
    text = lines.format_ranges(numbers)
    word = "line" if len(numbers) == 1 else "lines"
    if len(text) <= limit:
        return f"{word} {text}"
    text = text[: text.rfind(",", 0, limit)]
    last = int(re.split(r"[ -]", text)[-1])
    return f"{word} {text} and {sum(number > last for number in numbers):,} more"


def _describe_change(entry: Entry, footer: Footer) -> str:
    record, now = entry.record, entry.task.lines
    if record is None or not now or record.generation != footer.generation or entry.is_same_size:
        return ""
    parts = [f"Before, this text spoke of {display.format_count(record.statements, 'statement')}."]
    if not record.carried:
        return parts[0]
    gone, new = record.listed_lines - now, now - record.listed_lines
    if gone:
        parts.append(f"No longer missing: {_list_lines(gone, _LONGEST_CHANGE)}.")
    if entry.replaced:
        parts.append(f"Edited or deleted since: {entry.replaced:,} of them.")
    if new:
        label = "New or edited" if entry.replaced else "Missing as well"
        parts.append(f"{label}: {_list_lines(new, _LONGEST_CHANGE)}.")
    return " ".join(parts)


def _name_former_bug(entry: Entry, footer: Footer) -> str:
    record = entry.record
    return f"bug {record.bug}" if record and record.generation < footer.generation else ""


def _name_builds(builds: Sequence[Build]) -> str:
    numbers = [str(build.number) for build in builds]
    if len(numbers) <= 1:
        return f"build {numbers[0]}" if numbers else ""
    return f"builds {', '.join(numbers[:-1])} and {numbers[-1]}"


def _make_link(project: ProjectInfo, path: str, revision: str, numbers: Lines) -> str:
    if not project.browse or not numbers or not _is_inside(path) or ("{revision}" in project.browse and not revision):
        return ""
    values = {
        "revision": quote(revision, safe="", errors="replace"),
        "path": quote(path.replace("\\", "/"), errors="replace"),
        "line": str(next(iter(numbers))),
    }
    return _clean_address(_fill_pattern(project.browse, values))


def _list_test_paths(project: ProjectInfo, path: str) -> tuple[str, ...]:
    if not _is_inside(path) or not path.endswith(".py"):
        return ()
    return tuple(
        sanitize.clean_name(found) for found in skipped.list_test_paths(path, project.tests, prefix=project.prefix)
    )


def _choose_first_test(task: Task, project: ProjectInfo, analysis: TaskAnalysis) -> str:
    """Return the test file that a task is to create, by the first pattern, if the task begins a module without one."""
    begins = task.kind is TaskKind.FIRST_TEST and analysis.searched and analysis.placement is None
    named = skipped.list_test_paths(task.path, project.tests, prefix=project.prefix) if _is_inside(task.path) else []
    return named[0] if begins and named else ""


def _is_inside(path: str) -> bool:
    return not re.match(r"[\\/]|[a-zA-Z]:", path) and ".." not in re.split(r"[\\/]", path)


def _fill_pattern(pattern: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), pattern)


def _clean_address(text: str) -> str:
    """Return a URL without its account, with everything else quoted; empty if it is none, or too long."""
    if not text.startswith(("https://", "http://")) or len(text) > _LONGEST_ADDRESS:
        return ""
    return quote(addresses.hide_accounts(text), safe=":/?#[]@!$&'()*+,;=%~", errors="replace")
