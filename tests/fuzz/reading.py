"""Give the reader of reports bytes that grow out of real, hostile and broken ones, and hold that it reads or refuses.

usage: reading.py FOLDER [OPTION OF LIBFUZZER]...

FOLDER keeps what was found: the bytes that reach new code, and those of which a rule did not hold. Needs atheris.
"""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from covbot.errors import CannotReadReport
from formats import corpus
from fuzz import plain
from support.programs import coverage_runs

if TYPE_CHECKING:
    from covbot.core.coverage import Report

LIMIT = 2**22
"""The most bytes of a report, once unpacked."""

LONGEST_MESSAGE = 600
ARCHIVES = ("reports.tar.xz", "hostile.tar.xz")


def hold(data: bytes) -> None:
    """The rules: a report, or one line that says why not; and what a report says can be added up, shown and stored."""
    from covbot.formats import reading  # noqa: PLC0415 -- atheris must see the first import, to follow what it runs

    try:
        report = reading.read(io.BytesIO(data), "it.xml", limit=LIMIT)
    except CannotReadReport as refused:
        message = str(refused)
        assert message.startswith("it.xml"), message
        assert message.isprintable(), message
        assert len(message) < LONGEST_MESSAGE, message
        return
    assert list(report.files) == sorted(report.files)
    assert list(report.executions) == sorted(report.executions)
    assert all(name.encode().strip() for name in report.executions)
    assert report | report == report
    for name, file in report.files.items():
        assert name.encode().strip()
        assert file.missing <= file.statements
        assert file.numbers.covered == len(file.covered)
        assert file.partial.keys().isdisjoint(file.missing)
    if b"xmlns" not in data:  # a tree resolves names with colons, covbot takes them as they stand
        compare(report, data)
    for problem in (*report.problems, *report.mismatches):
        assert problem.where.startswith("it.xml")
        assert f"{problem.where}{problem.what}".isprintable()


def compare(report: Report, data: bytes) -> None:
    """Hold the lines of Cobertura XML against those that a plain reader finds, where it can read it at all."""
    try:
        expected = plain.read(data)
    except (ET.ParseError, ValueError, LookupError):
        return
    read = {name: (list(file.statements), list(file.missing)) for name, file in report.files.items()}
    assert read == expected, f"{read} is not {expected}"


def sow(folder: Path) -> None:
    """Put the reports of the tests into a folder, as beginnings."""
    folder.mkdir(parents=True, exist_ok=True)
    for archive in ARCHIVES:
        for name, data in corpus.load(archive)[0].items():
            (folder / name).write_bytes(data)
    arcs = {"/ci/a.py": [(-1, 1), (1, 2), (2, -1)], "b.py": [(1, 3)]}
    (folder / "arcs.coverage").write_bytes(coverage_runs.shrink(coverage_runs.data(arcs=arcs)))
    lines = {"/ci/a.py": [1, 2, 40], "b.py": [3]}
    (folder / "lines.coverage").write_bytes(coverage_runs.shrink(coverage_runs.data(lines=lines)))


def main() -> None:
    """Run libFuzzer, which ends the process."""
    atheris = importlib.import_module("atheris")
    folder = Path(sys.argv[1])
    sow(folder / "seeds")
    (folder / "found").mkdir(exist_ok=True)
    with atheris.instrument_imports(include=["covbot.formats"]):
        importlib.import_module("covbot.formats.reading")
    words = Path(__file__).with_name("words.txt")
    options = [f"-artifact_prefix={folder}/", f"-dict={words}", "-timeout=10", "-max_len=20000", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *options, str(folder / "found"), str(folder / "seeds")], hold)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
