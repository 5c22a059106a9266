"""The placement of a test for a task: the test file, its classes, and the most similar existing test."""

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

MOST_FILES = 4
"""The maximum number of test files that are parsed for a task."""

OUTSIDE_PENALTY = 0.5
"""The value subtracted from the similarity of a test file that no pattern of test files matches."""

CALL_BONUS = 0.8
"""The value added to the similarity of a test file of which a test calls the function."""

FEW_CLASSES = 3
"""The number of classes of a test file up to which all are named if none of them is more suitable."""

LEAST_SIMILARITY = 0.34
"""The minimum share of words, 0 to 1, that the paths of a test file and of the module have in common."""

MOST_CALLERS = 10
"""The number of tests of a file that call a name up to which the name is distinctive."""

DISTINCTIVE_UNDERSCORES = 2
"""The number of underscores within a name from which it is distinctive."""

_COMMON_NAMES = frozenset(name for kind in (dict, list, str, set, object, int) for name in dir(kind)) | {
    *("run", "start", "stop", "close", "open", "create", "delete", "destroy", "list", "show", "save", "read", "write"),
    *("add", "wait", "call", "name", "next", "main", "send", "setup", "init", "check", "refresh", "reset", "load"),
}
"""Names of methods that are too common to identify a class or function."""

_IGNORED_WORDS = frozenset({"test", "tests", "unit", "py", "init", ""})


class Relation(enum.Enum):
    """The relation of a test to a function, which makes it similar."""

    CALLS = "it calls the function"
    USES = "it uses an object of the class"
    NAMES = "it calls something of the function's name"


@frozen(kw_only=True)
class SimilarTest:
    """A test, `within` a class ("" for none), that is similar to the one to write; its relation is to `name`."""

    test: str
    within: str
    relation: Relation
    name: str


@frozen(kw_only=True)
class Placement:
    """A test file, its classes where a test may fit, and the most similar test; `imports`: it imports the module."""

    path: str
    classes: tuple[str, ...]
    imports: bool
    similar: SimilarTest | None = None


@frozen(kw_only=True)
class _Target:
    """A function that a test should call: its module, its class ("" for none) and its unqualified name."""

    module: str
    owner: str
    name: str
    class_: str = field(init=False)

    @class_.default
    def _join_class_name(self) -> str:
        return f"{self.module}.{self.owner}"


def find_placement(task: Task, files: SuiteIndex, *, patterns: Sequence[str], prefix: str = "") -> Placement | None:
    """Return the test file for a task, by its imports or else by a pattern of test files; None if there is none."""
    named = [path for path in skipped.list_test_paths(task.path, patterns, prefix=prefix) if path in files.paths]
    targets = [*_list_targets(task)]
    roots = tuple(pattern.partition("{")[0] for pattern in patterns)
    similarity = {
        path: _measure_similarity(path, task.path) - (0.0 if path.startswith(roots) or not roots else OUTSIDE_PENALTY)
        for path in files.find_importers(task.module)
    }
    near = [path for path in similarity if path in named or _measure_similarity(path, task.path) >= LEAST_SIMILARITY]
    if any(path in named for path in near):
        near = [path for path in near if path in named or _score_text(path, targets, files)]
    ranked = sorted(
        near, key=lambda path: (path not in named, -similarity[path] - _score_text(path, targets, files), path)
    )
    found = []
    for path in ranked[:MOST_FILES]:
        placement = _examine_file(files.parse(path), task, targets)
        if placement.imports:
            found.append(((1.0 if path in named else similarity[path]) + _score_similar(placement), placement))
        if placement.imports and path in named and _score_similar(placement) == CALL_BONUS:
            break
    if found:
        return max(found, key=lambda item: item[0])[1]
    return _examine_file(files.parse(named[0]), task, targets) if named else None


def find_caller(task: Task, names: Collection[str], files: SuiteIndex) -> str:
    """Return the path of a test file that seems to call a function of one of these names, else an empty text.

    Only distinctive names are searched.
    """
    distinctive = [name for name in names if name.strip("_").count("_") >= DISTINCTIVE_UNDERSCORES]
    paths = sorted(path for path in files.paths if is_test_path(path) and path != task.path) if distinctive else []
    calls = [f".{name}(" for name in distinctive]
    return next((path for path in paths if any(call in files.read_text(path) for call in calls)), "")


def _list_targets(task: Task) -> Iterator[_Target]:
    for region in task.regions:
        *outer, name = region.split(".")
        if name:
            yield _Target(module=task.module, owner=outer[-1] if outer else "", name=name)


def _score_text(path: str, targets: Iterable[_Target], files: SuiteIndex) -> float:
    """Return a score for a test file whose text contains calls of a target or of its class."""
    text = files.read_text(path)
    return 0.3 * any(f"{target.name}(" in text or (target.owner and f"{target.owner}(" in text) for target in targets)


def _measure_similarity(path: str, module: str) -> float:
    """Return the share of their words that two paths have in common, 0 to 1."""
    one, other = (frozenset(re.split(r"[/_.]", text)) - _IGNORED_WORDS for text in (path, module))
    stems = {word.removesuffix("s") for word in one}, {word.removesuffix("s") for word in other}
    return len(stems[0] & stems[1]) / (len(stems[0] | stems[1]) or 1)


def _score_similar(placement: Placement) -> float:
    match placement.similar:
        case SimilarTest(relation=Relation.CALLS):
            return CALL_BONUS
        case SimilarTest():
            return 0.4
        case None:
            return 0.0


def _examine_file(file: Suite, task: Task, targets: Sequence[_Target]) -> Placement:
    imports = file.imports(task.module)
    return Placement(
        path=file.path,
        classes=_choose_classes(file, targets),
        imports=imports,
        similar=_find_similar(file, targets) if imports else None,
    )


def _choose_classes(file: Suite, targets: Sequence[_Target]) -> tuple[str, ...]:
    """Return the test classes that create an object of a target's class, else all of them if they are few."""
    calling = file.list_classes_calling({target.class_ for target in targets if target.owner})
    return tuple(calling or (file.classes if len(file.classes) <= FEW_CLASSES else ()))


def _find_similar(file: Suite, targets: Sequence[_Target]) -> SimilarTest | None:
    """Return the most similar test: by its relation to the function, then by its name, then the shortest."""
    found = [(closest, test) for test in file.tests if (closest := _find_closest_relation(file, test, targets))]
    if not found:
        return None
    closest, test = min(found, key=lambda item: (item[0].rank, item[0].distance, item[1].size, item[1].line))
    return SimilarTest(test=test.name, within=test.within, relation=closest.relation, name=closest.name)


@frozen(kw_only=True)
class _RankedRelation:
    """A relation of a test to a name. The lowest `rank` is the closest, and within a rank the lowest `distance`."""

    rank: int
    relation: Relation
    name: str
    distance: float = 0.0


def _find_closest_relation(file: Suite, test: SuiteCase, targets: Sequence[_Target]) -> _RankedRelation | None:
    """Return the closest relation of a test to any of the targets, None if there is none."""
    for target in targets:
        if any(_is_call(file, test, called, target) for called in test.called_functions):
            return _RankedRelation(rank=0, relation=Relation.CALLS, name=target.name)
    relations = [
        _RankedRelation(rank=2, relation=Relation.USES, name=target.owner)
        for target in targets
        if _is_used(test, target)
    ]
    relations += [
        _RankedRelation(
            rank=1 if _is_distinctive(target.name, test, file) else 3, relation=Relation.NAMES, name=target.name
        )
        for target in targets
        if target.name in test.names and target.name not in _COMMON_NAMES and not target.name.startswith("__")
    ]
    if not relations:
        return None
    target_words = _split_words(" ".join(f"{target.owner} {target.name}" for target in targets))
    common = len(target_words & _split_words(f"{test.within} {test.name}")) / (len(target_words) or 1)
    return attrs.evolve(min(relations, key=lambda one: one.rank), distance=-common)


def _is_distinctive(name: str, test: SuiteCase, file: Suite) -> bool:
    """Whether a name hardly names anything else, or is part of the test's name and called by few tests of the file."""
    bare = name.strip("_")
    if bare.count("_") >= DISTINCTIVE_UNDERSCORES:
        return True
    return bare in test.name and sum(name in other.names for other in file.tests) <= MOST_CALLERS


def _split_words(name: str) -> frozenset[str]:
    """Return the words of names, in lower case."""
    return frozenset(word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+", name)) - _IGNORED_WORDS


def _is_used(test: SuiteCase, target: _Target) -> bool:
    """Whether a test creates an object of the target's class, or calls a method of one."""
    if target.class_ in test.own_classes:
        return True
    holders = {spelled for spelled, class_ in test.objects if class_ == target.class_}
    return bool(holders) and any(
        isinstance(called, ast.Attribute) and ast.unparse(called.value) in holders for called in test.called_functions
    )


def _is_call(file: Suite, test: SuiteCase, called: ast.expr, target: _Target) -> bool:
    """Whether a call is certainly one of the target."""
    if not target.owner:
        return file.resolve(called) == f"{target.module}.{target.name}"
    if not isinstance(called, ast.Attribute) or called.attr != target.name:
        return False
    receiver = called.value
    if isinstance(receiver, ast.Call):
        return file.resolve(receiver.func) == target.class_
    known = isinstance(receiver, ast.Name | ast.Attribute) and (ast.unparse(receiver), target.class_) in test.objects
    return known or file.resolve(receiver) == target.class_
