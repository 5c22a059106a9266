"""Law: every sentence that explains why lines never ran is true of the program, as probes without coverage.py show."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from covbot.core.advice.explanations import explain_lines
from covbot.formats import reading
from support.programs import branch_probes, random_programs

if TYPE_CHECKING:
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
