"""Law: a volunteer's rewrite is not done; code that was rewritten and still does not run is not accepted."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from covbot.core.source import regions
from covbot.core.verification import run_check
from covbot.formats import reading
from support.programs import random_programs

if TYPE_CHECKING:
    from covbot.core.coverage import FileCoverage
    from support.programs.coverage_runs import Recorder

REWRITES = st.sampled_from(["{row}; REWRITTEN = 1", "REWRITTEN = 2; {row}", "REWRITTEN = 3\n{indent}{row}"])


def _measure(recorder: Recorder, source: str, bits: list[int]) -> FileCoverage:
    report = reading.read(io.BytesIO(recorder.measure(source, bits).xml), "coverage.xml", limit=10**6)
    (file,) = report.files.values()
    return file


def _rewrite(source: str, lines: set[int], pattern: str) -> str:
    """Return a program in which these lines, if they are statements of one line, do one thing more."""
    rows = source.split("\n")
    for line in lines:
        row = rows[line - 1]
        bare = row.strip()
        if not bare.endswith((":", "\\", "(", ",")) and not bare.startswith(("@", ")", "]", "}", '"')):
            indent = row[: len(row) - len(bare)]
            rows[line - 1] = indent + pattern.format(row=bare, indent=indent)
    return "\n".join(rows)


def _is_valid(source: str) -> bool:
    try:
        compile(source, "now", "exec")
    except SyntaxError:
        return False
    return True


@given(source=random_programs.programs(), bits=random_programs.BITS, pattern=REWRITES, data=st.data())
def test_a_rewrite_of_what_never_ran_is_not_done(
    recorder: Recorder, source: str, bits: list[int], pattern: str, data: st.DataObject
) -> None:
    file = _measure(recorder, source, bits)
    gaps = [region.lines & file.missing for region in regions.find_regions(source) if region.lines & file.missing]
    assume(gaps)
    gap = data.draw(st.sampled_from(gaps))
    now = _rewrite(source, set(gap), pattern)
    assume(_is_valid(now))
    after = _measure(recorder, now, bits)
    assert not run_check.verify_lines(gap, after, before=source, now=now).done


@given(source=random_programs.programs(), bits=random_programs.BITS, pattern=REWRITES)
def test_a_rewrite_that_runs_is_done(recorder: Recorder, source: str, bits: list[int], pattern: str) -> None:
    """Lines that ran stand for those of a bug: they are rewritten, and run as before."""
    file = _measure(recorder, source, bits)
    assume(file.covered)
    now = _rewrite(source, set(file.covered), pattern)
    assume(_is_valid(now))
    after = _measure(recorder, now, bits)
    if not after.missing:
        assert run_check.verify_lines(file.covered, after, before=source, now=now).done
