"""Law: every sentence on why lines never ran holds in the program, as seen by probes that know of no coverage tool."""

from __future__ import annotations

import collections
import contextlib
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
from hypothesis import given, settings
from hypothesis import strategies as st

import branching
import witnesses
from covbot.core import conditions
from covbot.formats import reading

if TYPE_CHECKING:
    from types import CodeType

    from covbot.core.coverage import FileCoverage

MANY = max(300, settings.default.max_examples if settings.default else 0)
BITS = st.lists(st.integers(0, 1), min_size=1, max_size=12)


def _run(code: CodeType, bits: list[int], extra: dict[str, object]) -> None:
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(branching.PRELUDE, "prelude", "exec"), names)  # noqa: S102  the program is the test's own
    names.update({"BITS": bits, "STEP": 0, "MOST": 60}, **extra)
    with contextlib.suppress(Exception, names["Over"]):  # type: ignore[arg-type]  # an exception class of the prelude
        exec(code, names)  # noqa: S102  the same


def _measure(source: str, bits: list[int]) -> FileCoverage:
    """What coverage.py, asked through its own interface, writes of a run of the program."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.py"
        path.write_text(source, encoding="utf-8")
        measuring = coverage.Coverage(data_file=None, config_file=False, branch=True, include=[str(path)])
        code = compile(source, str(path), "exec")
        measuring.start()
        try:
            _run(code, bits, {})
        finally:
            measuring.stop()
        out = Path(folder) / "coverage.xml"
        measuring.xml_report(morfs=[str(path)], outfile=str(out))
        (file,) = reading.read(io.BytesIO(out.read_bytes()), "coverage.xml", limit=10**6).files.values()
        return file


@settings(max_examples=MANY)
@given(source=branching.programs(), bits=BITS)
def test_every_sentence_is_true(source: str, bits: list[int]) -> None:
    file = _measure(source, bits)
    witness = witnesses.Witness()
    _run(compile(witnesses.instrument(source), "program", "exec"), bits, {"_w": witness})
    stretches = conditions.tell(source, file, file.missing)
    told = [line for stretch in stretches for line in stretch.lines]
    assert sorted(told) == list(file.missing)
    for stretch in stretches:
        COUNTS["silent" if not stretch.sentence else "spoken"] += 1
        if stretch.sentence:
            assert witness.is_true(stretch.sentence, started=bool(file.covered)), stretch


COUNTS: collections.Counter[str] = collections.Counter()
