"""Law: every sentence that explains why lines never ran is true of the program, as probes without coverage.py show."""

from __future__ import annotations

import ast
import contextlib
import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from covbot.core.advice.analysis import analyze_task
from covbot.core.advice.explanations import explain_lines
from covbot.core.comparison.view import BuildView
from covbot.core.coverage import Report
from covbot.core.lines import Lines
from covbot.core.project import ProjectInfo
from covbot.core.tasks.task import Task
from covbot.formats import reading
from covbot.texts import headlines
from support.programs import branch_probes, random_programs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from support.programs.coverage_runs import Recorder


def _run(code: CodeType, bits: list[int], extra: dict[str, object]) -> None:
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(random_programs.PRELUDE, "prelude", "exec"), names)  # noqa: S102  the program is the test's own
    names.update({"BITS": bits, "STEP": 0, "MOST": 60}, **extra)
    with contextlib.suppress(Exception, names["Over"]):  # type: ignore[arg-type]  # an exception class of the prelude
        exec(code, names)  # noqa: S102  the same


@pytest.mark.heavy
@given(source=random_programs.programs(), bits=random_programs.BITS)
def test_every_sentence_is_true(recorder: Recorder, source: str, bits: list[int]) -> None:
    """The explanations of a report by coverage.py hold in another run of the same program, which is the witness."""
    report = reading.read(io.BytesIO(recorder.measure(source, bits).xml), "coverage.xml", limit=10**6)
    (file,) = report.files.values()
    witness = branch_probes.ProbeRecord()
    _run(compile(branch_probes.instrument(source), "program", "exec"), bits, {"_w": witness})
    explanations = explain_lines(source, file, file.missing)
    lines = [line for explanation in explanations for line in explanation.lines]
    assert sorted(lines) == list(file.missing)
    for explanation in explanations:
        if explanation.sentence:
            assert witness.is_true(explanation.sentence, started=bool(file.covered)), explanation


def _find_bodies(tree: ast.AST, outer: str = "") -> Iterator[tuple[str, range]]:
    """Yield the qualified name and the lines of the body of each definition, outer ones first."""
    for node in ast.iter_child_nodes(tree):
        name = outer
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{outer}{node.name}"
            first = min(one.lineno for one in [node.body[0], *getattr(node.body[0], "decorator_list", [])])
            yield name, range(first, (node.body[-1].end_lineno or 0) + 1)
            name += "."
        yield from _find_bodies(node, name)


@given(source=random_programs.programs(), bits=random_programs.BITS)
def test_law_20_every_title_and_heading_names_the_part_that_its_lines_are_in(
    recorder: Recorder, source: str, bits: list[int]
) -> None:
    """A part is named only for lines of its own body; it is said not to run only if none of its body did."""
    report = reading.read(io.BytesIO(recorder.measure(source, bits).xml), "coverage.xml", limit=10**6)
    (file,) = report.files.values()
    bodies = list(_find_bodies(ast.parse(source)))
    view = BuildView(report=Report(files={"m.py": file}), paths=frozenset({"m.py"}), source={"m.py": source}.get)
    by_region = view.group_by_region("m.py", file.missing)
    for regions, missing in [((name,), lines) for name, lines in by_region.items()] + [
        (tuple(by_region), file.missing)
    ]:
        if not missing:
            continue
        task = Task(key="0", path="m.py", regions=regions, lines=missing)
        analysis = analyze_task(task, view, None, ProjectInfo(title="", job=""))
        for explained in analysis.parts:
            name = re.sub(r"^class | \(.*\)$", "", explained.part.name)
            spans = [span for named, span in bodies if named == name]
            lines = [line for explanation in explained.explanations for line in explanation.lines]
            assert explained.part.name == "the module itself" or all(
                any(line in span for span in spans) for line in lines
            )
            ran = any(line in span for line in file.covered for span in spans if explained.part.line == span.start - 1)
            assert not (explained.untouched and ran)
        assert sum(explained.statements for explained in analysis.parts) == len(missing)
        headline = headlines.make_headline(task, analysis, job="job", limit=200)
        counts = re.findall(r"(?<!\()\b(\d+) (?:statements? )?of", headline)
        assert not counts or sum(map(int, counts)) == len(missing)
        if headline.startswith("no test runs ") and not counts:
            whole = headline.removeprefix("no test runs ")
            assert not any(line in span for named, span in bodies if named == whole for line in file.covered)
        if " branch" in headline:
            assert file.covered & Lines.of(
                line for named, span in bodies if f" of {named} " in headline for line in span
            )


@pytest.mark.parametrize(
    ("sentence", "seen"),
    [
        ('"if c()" (line 1) is never true', "if 1: pass"),
        ('"if c()" (line 1) is always true', "if 0: pass"),
        ('"if c()" (line 1) is never false', "if 0: pass"),
        ('"except E1" (line 3) is never reached', "try:\n    raise E1\nexcept E1: pass"),
        ('"except E1" (line 3) never matches', "try:\n    raise E1\nexcept E1: pass"),
        ('"case 1" (line 2) is never taken', "match 1:\n    case 1: pass"),
        ("the loop at line 1 never runs", "for i in [1]: pass"),
        ("the loop at line 1 never comes to its end", "for i in [1]: pass"),
        ('the "else" of the loop at line 1 is never taken', "for i in []: pass\nelse: pass"),
        ('"f" (line 1) is never called', "def f(): pass\nf()"),
        ("no run gets past line 1", "x = 1"),
        ("nothing of this module runs", "x = 1"),
    ],
)
def test_the_witness_detects_what_is_wrong(sentence: str, seen: str) -> None:
    witness = branch_probes.ProbeRecord()
    _run(compile(branch_probes.instrument(seen), "program", "exec"), [1], {"_w": witness})
    assert not witness.is_true(sentence, started=True)
