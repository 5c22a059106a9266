"""A test that calls a function of which nothing ran was perhaps not run by the job, and that is described."""

from __future__ import annotations

import pytest

from covbot.core.advice.analysis import TaskAnalysis, analyze_task, assess_task
from covbot.core.advice.suites import SuiteIndex
from covbot.core.comparison.view import BuildView
from covbot.core.coverage import Report
from covbot.core.project import ProjectInfo
from covbot.core.tasks.assessment import Assessment, NearbyTest
from covbot.core.tasks.task import Task
from covbot.texts import phrases
from support.pictures import make_file_coverage

TEXT = "def f(a):\n    if a:\n        return 1\n    def g():\n        return 2\n    return g\n"
TESTS = "from pkg import m\ndef test_f():\n    m.f(0)\n"


@pytest.mark.parametrize(
    ("picture", "found", "idle"),
    [
        (".xxxxx", NearbyTest.IDLE, True),
        ("..x.x.", NearbyTest.CALLS, False),
        ("...  .".replace(" ", "x"), NearbyTest.CALLS, False),
    ],
)
def test_a_test_that_the_job_seems_not_to_run_is_described_as_such(
    picture: str, found: NearbyTest, *, idle: bool
) -> None:
    texts = {"pkg/m.py": TEXT, "tests/test_m.py": TESTS}
    measured = make_file_coverage(picture)
    view = BuildView(report=Report(files={"pkg/m.py": measured}), paths=frozenset(texts), source=texts.get)
    task = Task(key="0", path="pkg/m.py", regions=("f",), lines=measured.missing)
    files = SuiteIndex(paths=frozenset(texts), source=texts.get)
    analysis = analyze_task(task, view, files, ProjectInfo(title="", job="", tests=("tests/test_{name}.py",)))
    assert assess_task(analysis, Assessment(statements=len(measured.missing))).nearby_test is found
    assert analysis.placement
    assert analysis.caller == ""
    description = phrases.describe_placement(analysis.placement, idle=analysis.idle)
    assert ("test_f calls f, although nothing of it ran" in description) is idle
    assert ("test_f already calls f and is a good one to start from" in description) is not idle


@pytest.mark.parametrize(
    ("picture", "called", "found"),
    [
        (".xx", "get_all_by_host", "pkg/functional/test_z.py"),
        ("..x", "get_all_by_host", ""),
        (".xx", "get", ""),
    ],
)
def test_a_test_anywhere_that_seems_to_call_what_never_ran_is_named(picture: str, called: str, found: str) -> None:
    texts = {
        "pkg/m.py": f"def {called}(a):\n    if a:\n        return 1\n",
        "pkg/functional/test_z.py": f"def test_z():\n    client.{called}(0)\n",
    }
    measured = make_file_coverage(picture)
    view = BuildView(report=Report(files={"pkg/m.py": measured}), paths=frozenset(texts), source=texts.get)
    task = Task(key="0", path="pkg/m.py", regions=(called,), lines=measured.missing)
    files = SuiteIndex(paths=frozenset(texts), source=texts.get)
    assert analyze_task(task, view, files, ProjectInfo(title="", job="")).caller == found


def _analyze(text: str, picture: str, regions: tuple[str, ...]) -> TaskAnalysis:
    texts = {"pkg/m.py": text}
    measured = make_file_coverage(picture)
    view = BuildView(report=Report(files={"pkg/m.py": measured}), paths=frozenset(texts), source=texts.get)
    task = Task(key="0", path="pkg/m.py", regions=regions, lines=measured.missing)
    return analyze_task(task, view, SuiteIndex(paths=frozenset(texts), source=texts.get), ProjectInfo(title="", job=""))


def test_lines_without_a_reason_belong_to_their_own_parts() -> None:
    text = "def f(a):\n    return a\n    a += 1\ndef g(a):\n    return a\n    a += 2\nprint(f(g(1)))\n"
    analysis = _analyze(text, "..x..x.", ("f", "g"))
    named = [(one.part.name, [list(each.lines) for each in one.explanations]) for one in analysis.parts]
    assert named == [("f", [[3]]), ("g", [[6]])]


def test_of_a_function_that_shares_its_name_with_one_that_ran_no_test_is_said_to_call_it_in_vain() -> None:
    text = "if 0:\n    def f(a):\n        return a\nelse:\n    def f(a):\n        return -a\n"
    assert [one.function for one in _analyze(text, ".. ...".replace(" ", "x"), ("f",)).explanations] == [""]
    text = "def f(a):\n    return a\n"
    assert [one.function for one in _analyze(text, ".x", ("f",)).explanations] == ["f"]
