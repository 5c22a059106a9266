"""Code of which nothing ran: the job may have skipped its tests, or it has no tests."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from covbot.core.bugs.holds import Hold, HoldKind
from covbot.core.tasks.task import name_module

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from covbot.core.advice.suites import SuiteIndex
    from covbot.core.comparison.view import BuildView
    from covbot.core.tasks.task import Task


def find_hold(
    task: Task, view: BuildView, files: SuiteIndex | None, *, tests: Sequence[str], prefix: str = ""
) -> Hold | None:
    """Return the reason not to file a task, None if there is none.

    The reason is that nothing of its file, or of its classes, ran, so that the job may have skipped its tests. `files`
    are the test files of the tree, `tests` their patterns with `{dir}` and `{name}`, and `prefix` is the folder of the
    measured code.
    """
    file = view.report.files.get(task.path)
    if file is None or not file.missing or not task.lines:
        return None
    whole = file.missing == file.statements
    if not whole and not _are_classes_dead(task, view):
        return None
    owners = _list_classes(task)
    count = len(file.missing) if whole else _count_in_classes(owners, task.path, view)
    place = "file" if whole else "class" if len(owners) == 1 else "classes"
    reason = f"not exercised: none of the {count} statements of its {place} ran"
    if view.paths is None or files is None or not tests:
        why = "without repository and test patterns covbot cannot tell whether its tests were skipped"
        return _make_hold(f"{reason}; {why}")
    found = [path for path in list_test_paths(task.path, tests, prefix=prefix) if path in view.paths]
    if found:
        why = "the job did not run its tests" if whole else "the job may not have run its tests"
        return _make_hold(f"{reason}, though {found[0]} is there: {why}")
    found = find_skipped_tests(task.path, view, files) if whole else []
    if not found:
        return None
    return _make_hold(f"{reason}, though {found[0]} imports {found[1]}: the job did not run its tests")


def _make_hold(text: str) -> Hold:
    return Hold(kind=HoldKind.NOT_EXERCISED, text=text)


def find_skipped_tests(path: str, view: BuildView, files: SuiteIndex) -> list[str]:
    """Return a test file that imports a module of which nothing ran, or its package if nothing of that ran either.

    The result is the path of the test file and what it imports, `it` or `its package`; empty if there is none.
    """
    package = posixpath.dirname(path)
    init = view.report.files.get(f"{package}/__init__.py")
    dead = init is not None and init.statements and init.missing == init.statements
    if found := files.find_importers(name_module(path)):
        return [found[0], "it"]
    found = files.find_package_importers(name_module(package)) if dead else []
    return [found[0], "its package"] if found else []


def _list_classes(task: Task) -> set[str]:
    return {region.split(".", 1)[0] for region in task.regions if "." in region}


def _count_in_classes(owners: Container[str], path: str, view: BuildView) -> int:
    """Return the number of statements of these classes of a file."""
    by_region = view.group_by_region(path, view.report.files[path].statements)
    return sum(len(lines) for region, lines in by_region.items() if region.split(".", 1)[0] in owners)


def _are_classes_dead(task: Task, view: BuildView) -> bool:
    """Whether each region of a task is in a class of which no statement ran. False without source."""
    owners = _list_classes(task)
    if not owners or any("." not in region for region in task.regions) or view.source(task.path) is None:
        return False
    file = view.report.files[task.path]
    alive = {region.split(".", 1)[0] for region in view.group_by_region(task.path, file.covered)}
    return not owners & alive


def list_test_paths(path: str, tests: Iterable[str], *, prefix: str = "") -> list[str]:
    """Return the paths of the test files of a file by the project's patterns. `{dir}` is its folder below the prefix.

    The `__init__` file of a package has the name of the package.
    """
    bare = path.replace("\\", "/").removesuffix(".py").removesuffix("/__init__")
    folder, name = posixpath.split(bare.removeprefix(f"{prefix.strip('/')}/" if prefix else ""))
    return [posixpath.normpath(pattern.replace("{dir}", folder).replace("{name}", name)) for pattern in tests]
