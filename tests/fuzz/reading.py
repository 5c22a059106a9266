"""Fuzz the reader of reports with mutations of real, hostile and broken ones, and check that it reads or rejects each.

usage: reading.py FOLDER [OPTION OF LIBFUZZER]...

FOLDER keeps the bytes that reach new code, and those that break a rule. Needs atheris.
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

LIMIT_BYTES = 2**22
"""The most bytes of a report, once decompressed."""

LONGEST_MESSAGE = 600
ARCHIVES = ("reports.tar.xz", "hostile.tar.xz")


def check_rules(data: bytes) -> None:
    """Check the rules: the outcome is a report, or an error of one line; a report can be added up, shown and stored."""
    from covbot.formats import reading  # noqa: PLC0415 -- atheris must see the first import, to follow what it runs

    try:
        report = reading.read(io.BytesIO(data), "it.xml", limit=LIMIT_BYTES)
    except CannotReadReport as caught:
        message = str(caught)
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
    if b"xmlns" not in data:  # the tree resolves names with colons, covbot keeps them as written
        compare_lines(report, data)
    for problem in (*report.problems, *report.mismatches):
        assert problem.where.startswith("it.xml")
        assert f"{problem.where}{problem.what}".isprintable()


def compare_lines(report: Report, data: bytes) -> None:
    """Compare the lines of Cobertura XML with those that the plain reader finds, if it can read it at all."""
    try:
        expected = plain.read(data)
    except (ET.ParseError, ValueError, LookupError):
        return
    read = {name: (list(file.statements), list(file.missing)) for name, file in report.files.items()}
    assert read == expected, f"{read} is not {expected}"


def write_seeds(folder: Path) -> None:
    """Write the reports of the tests into a folder, as seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    for archive in ARCHIVES:
        for name, data in corpus.load(archive)[0].items():
            (folder / name).write_bytes(data)
    arcs = {"/ci/a.py": [(-1, 1), (1, 2), (2, -1)], "b.py": [(1, 3)]}
    (folder / "arcs.coverage").write_bytes(coverage_runs.shrink_data(coverage_runs.make_data(arcs=arcs)))
    lines = {"/ci/a.py": [1, 2, 40], "b.py": [3]}
    (folder / "lines.coverage").write_bytes(coverage_runs.shrink_data(coverage_runs.make_data(lines=lines)))


def main() -> None:
    """Run libFuzzer, which ends the process."""
    atheris = importlib.import_module("atheris")
    folder = Path(sys.argv[1])
    write_seeds(folder / "seeds")
    (folder / "found").mkdir(exist_ok=True)
    with atheris.instrument_imports(include=["covbot.formats"]):
        importlib.import_module("covbot.formats.reading")
    words = Path(__file__).with_name("words.txt")
    options = [f"-artifact_prefix={folder}/", f"-dict={words}", "-timeout=10", "-max_len=20000", *sys.argv[2:]]
    atheris.Setup([sys.argv[0], *options, str(folder / "found"), str(folder / "seeds")], check_rules)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
