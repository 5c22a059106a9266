"""Where a test of a task fits: the test file, its classes, and the test that is nearest to the one to be written."""

from __future__ import annotations

import ast
import enum
import re
from typing import TYPE_CHECKING

import attrs
from attrs import field, frozen

from covbot.core.advice import skipped
from covbot.core.advice.suites import is_test_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from covbot.core.advice.suites import Suite, SuiteCase, SuiteIndex
    from covbot.core.tasks.task import Task

MOST_READ = 4
"""Test files that are looked at closely for one task at most."""

OUTSIDE_PENALTY = 0.5
"""What it counts against a test file that it lies where no pattern of test files leads."""

CALL_BONUS = 0.8
"""What it counts that a test of a file calls the function, beside the likeness of the file's path."""

FEW_CLASSES = 3
"""Classes of a test file that are named although nothing tells them apart."""

LEAST_LIKENESS = 0.34
"""How much of its words the path of a test file must share with that of the module, to be spoken of."""

MOST_CALLERS = 10
"""Tests of one file that call something of a name: if they are more, it is a name of many things."""

DISTINCTIVE_UNDERLINES = 2
"""So many underlines within a name make it one that hardly anything else has."""

_COMMON = frozenset(name for kind in (dict, list, str, set, object, int) for name in dir(kind)) | {
    *("run", "start", "stop", "close", "open", "create", "delete", "destroy", "list", "show", "save", "read", "write"),
    *("add", "wait", "call", "name", "next", "main", "send", "setup", "init", "check", "refresh", "reset", "load"),
}
"""Names of methods that say nothing of what they belong to."""

_NO_WORDS = frozenset({"test", "tests", "unit", "py", "init", ""})


class Relation(enum.Enum):
    """What makes a test similar."""

    CALLS = "it calls the function"
    USES = "it has to do with an object of the class"
    NAMES = "it calls something of the function's name"


@frozen(kw_only=True)
class SimilarTest:
    """A test, `within` a class ("" for none), that is near to the one to be written, for what it has to do with it."""

    test: str
    within: str
    relation: Relation
    name: str


@frozen(kw_only=True)
class Placement:
    """A test file, classes in it where a test may fit, the nearest test; `imports` whether it imports the module."""

    path: str
    classes: tuple[str, ...]
    imports: bool
    similar: SimilarTest | None = None


@frozen(kw_only=True)
class _Aim:
    """The function that a test is to call: its own name, and the class (or "") that it belongs to, of a module."""

    module: str
    owner: str
    name: str
    class_: str = field(init=False)

    @class_.default
    def _spell_class(self) -> str:
        return f"{self.module}.{self.owner}"


def find_placement(task: Task, files: SuiteIndex, *, patterns: Sequence[str], prefix: str = "") -> Placement | None:
    """The test file for a task, by what it imports, else by a pattern of test files; None if neither finds one."""
    named = [path for path in skipped.list_test_paths(task.path, patterns, prefix=prefix) if path in files.paths]
    aims = [*_aim(task)]
    roots = tuple(pattern.partition("{")[0] for pattern in patterns)
    likeness = {
        path: _likeness(path, task.path) - (0.0 if path.startswith(roots) or not roots else OUTSIDE_PENALTY)
        for path in files.importing(task.module)
    }
    near = [path for path in likeness if path in named or _likeness(path, task.path) >= LEAST_LIKENESS]
    if any(path in named for path in near):
        near = [path for path in near if path in named or _promise(path, aims, files)]
    ranked = sorted(near, key=lambda path: (path not in named, -likeness[path] - _promise(path, aims, files), path))
    found = []
    for path in ranked[:MOST_READ]:
        fit = _look(files.parsed(path), task, aims)
        if fit.imports:
            found.append(((1.0 if path in named else likeness[path]) + _worth(fit), fit))
        if fit.imports and path in named and _worth(fit) == CALL_BONUS:
            break
    if found:
        return max(found, key=lambda item: item[0])[1]
    return _look(files.parsed(named[0]), task, aims) if named else None


def find_caller(task: Task, names: Collection[str], files: SuiteIndex) -> str:
    """A test file that seems to call a function of these names, each of which hardly anything else has; or empty."""
    telling = [name for name in names if name.strip("_").count("_") >= DISTINCTIVE_UNDERLINES]
    paths = sorted(path for path in files.paths if is_test_path(path) and path != task.path) if telling else []
    calls = [f".{name}(" for name in telling]
    return next((path for path in paths if any(call in files.text(path) for call in calls)), "")


def _aim(task: Task) -> Iterator[_Aim]:
    for region in task.regions:
        *outer, name = region.split(".")
        if name:
            yield _Aim(module=task.module, owner=outer[-1] if outer else "", name=name)


def _promise(path: str, aims: Iterable[_Aim], files: SuiteIndex) -> float:
    """What the bare words of a file promise."""
    text = files.text(path)
    return 0.3 * any(f"{aim.name}(" in text or (aim.owner and f"{aim.owner}(" in text) for aim in aims)


def _likeness(path: str, module: str) -> float:
    """How much of their words two paths share, from 0 to 1."""
    one, other = (frozenset(re.split(r"[/_.]", text)) - _NO_WORDS for text in (path, module))
    stems = {word.removesuffix("s") for word in one}, {word.removesuffix("s") for word in other}
    return len(stems[0] & stems[1]) / (len(stems[0] | stems[1]) or 1)


def _worth(fit: Placement) -> float:
    match fit.similar:
        case SimilarTest(relation=Relation.CALLS):
            return CALL_BONUS
        case SimilarTest():
            return 0.4
        case None:
            return 0.0


def _look(file: Suite, task: Task, aims: Sequence[_Aim]) -> Placement:
    imports = file.imports(task.module)
    return Placement(
        path=file.path,
        classes=_narrow(file, aims),
        imports=imports,
        similar=_find_similar(file, aims) if imports else None,
    )


def _narrow(file: Suite, aims: Sequence[_Aim]) -> tuple[str, ...]:
    """The classes of tests that make an object of a class that is meant, else all of them if they are few."""
    making = file.making({aim.class_ for aim in aims if aim.owner})
    return tuple(making or (file.classes if len(file.classes) <= FEW_CLASSES else ()))


def _find_similar(file: Suite, aims: Sequence[_Aim]) -> SimilarTest | None:
    """Of all tests the nearest: by what it has to do with the function, then the likest by name, then the shortest."""
    found = [(akin, test) for test in file.tests if (akin := _compare(file, test, aims))]
    if not found:
        return None
    akin, test = min(found, key=lambda item: (item[0].place, item[0].strange, item[1].size, item[1].line))
    return SimilarTest(test=test.name, within=test.within, relation=akin.relation, name=akin.name)


@frozen(kw_only=True)
class _Akin:
    """A kinship, by a name, and its `place` among others; of those in one place the least `strange` is nearest."""

    place: int
    relation: Relation
    name: str
    strange: float = 0.0


def _compare(file: Suite, test: SuiteCase, aims: Sequence[_Aim]) -> _Akin | None:
    """The closest kinship of a test to any of the aims."""
    for aim in aims:
        if any(_is_call(file, test, called, aim) for called in test.called):
            return _Akin(place=0, relation=Relation.CALLS, name=aim.name)
    akin = [_Akin(place=2, relation=Relation.USES, name=aim.owner) for aim in aims if _is_used(test, aim)]
    akin += [
        _Akin(place=1 if _is_telling(aim.name, test, file) else 3, relation=Relation.NAMES, name=aim.name)
        for aim in aims
        if aim.name in test.names and aim.name not in _COMMON and not aim.name.startswith("__")
    ]
    if not akin:
        return None
    meant = _split(" ".join(f"{aim.owner} {aim.name}" for aim in aims))
    common = len(meant & _split(f"{test.within} {test.name}")) / (len(meant) or 1)
    return attrs.evolve(min(akin, key=lambda one: one.place), strange=-common)


def _is_telling(name: str, test: SuiteCase, file: Suite) -> bool:
    """Whether the name of a function is hardly one of anything else, or that of the test is made of it, and few are."""
    bare = name.strip("_")
    if bare.count("_") >= DISTINCTIVE_UNDERLINES:
        return True
    return bare in test.name and sum(name in other.names for other in file.tests) <= MOST_CALLERS


def _split(name: str) -> frozenset[str]:
    """The words of names, in small letters."""
    return frozenset(word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)) - _NO_WORDS


def _is_used(test: SuiteCase, aim: _Aim) -> bool:
    """Whether a test makes an object of the class that is meant, or calls a method of one."""
    if aim.class_ in test.own:
        return True
    holders = {spelled for spelled, class_ in test.objects if class_ == aim.class_}
    return bool(holders) and any(
        isinstance(called, ast.Attribute) and ast.unparse(called.value) in holders for called in test.called
    )


def _is_call(file: Suite, test: SuiteCase, called: ast.expr, aim: _Aim) -> bool:
    """Whether a call is surely one of the function that is meant."""
    if not aim.owner:
        return file.resolve(called) == f"{aim.module}.{aim.name}"
    if not isinstance(called, ast.Attribute) or called.attr != aim.name:
        return False
    receiver = called.value
    if isinstance(receiver, ast.Call):
        return file.resolve(receiver.func) == aim.class_
    known = isinstance(receiver, ast.Name | ast.Attribute) and (ast.unparse(receiver), aim.class_) in test.objects
    return known or file.resolve(receiver) == aim.class_
