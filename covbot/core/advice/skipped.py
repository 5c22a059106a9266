"""Code of which nothing ran: a job that skipped its tests is told from code that has none."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from covbot.core.tasks.task import name_module

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.comparison.view import BuildView
    from covbot.core.tasks.task import Task


NOT_EXERCISED = "not exercised"
"""What a reason to hold a task begins with."""


def find_hold(
    task: Task, view: BuildView, files: SuiteIndex | None, *, tests: Sequence[str], prefix: str = ""
) -> str | None:
    """Why a task is not to be filed: nothing of its file, or of its classes, ran, and its tests may just not have run.

    `files` are the test files of the tree, `tests` their patterns with `{dir}` and `{name}`, `prefix` is the folder of
    the measured code.
    """
    file = view.report.files.get(task.path)
    if file is None or not file.missing or not task.lines:
        return None
    whole = file.missing == file.statements
    if not whole and not _is_dead(task, view):
        return None
    count = len(file.missing) if whole else len(task.lines)
    said = f"{NOT_EXERCISED}: none of the {count} statements of its {'file' if whole else 'class'} ran"
    if view.paths is None or files is None or not tests:
        return f"{said}; without repository and test patterns covbot cannot tell whether its tests were skipped"
    found = [path for path in list_test_paths(task.path, tests, prefix=prefix) if path in view.paths]
    if found:
        return f"{said}, though {found[0]} is there: the job did not run its tests"
    found = find_skipped_tests(task.path, view, files) if whole else []
    return f"{said}, though {found[0]} imports {found[1]}: the job did not run its tests" if found else None


def find_skipped_tests(path: str, view: BuildView, files: SuiteIndex) -> list[str]:
    """Of a module of which nothing ran a test file that imports `it`, or `its package` if nothing of that ran either.

    The path of the test file, and which of both; nothing if there is none.
    """
    package = posixpath.dirname(path)
    init = view.report.files.get(f"{package}/__init__.py")
    dead = init is not None and init.statements and init.missing == init.statements
    if found := files.importing(name_module(path)):
        return [found[0], "it"]
    found = files.importing_within(name_module(package)) if dead else []
    return [found[0], "its package"] if found else []


def _is_dead(task: Task, view: BuildView) -> bool:
    """Whether every region of a task lies in a class of which no statement ran; where a class ends the source tells."""
    owners = {region.split(".", 1)[0] for region in task.regions if "." in region}
    if not owners or any("." not in region for region in task.regions) or view.source(task.path) is None:
        return False
    file = view.report.files[task.path]
    alive = {region.split(".", 1)[0] for region in view.group_by_region(task.path, file.covered)}
    return not owners & alive


def list_test_paths(path: str, tests: Iterable[str], *, prefix: str = "") -> list[str]:
    """Where the tests of a file lie by the project's patterns; `{dir}` is its folder below the prefix.

    A package's own file is known by the name of the package.
    """
    bare = path.replace("\\", "/").removesuffix(".py").removesuffix("/__init__")
    folder, name = posixpath.split(bare.removeprefix(f"{prefix.strip('/')}/" if prefix else ""))
    return [posixpath.normpath(pattern.replace("{dir}", folder).replace("{name}", name)) for pattern in tests]
