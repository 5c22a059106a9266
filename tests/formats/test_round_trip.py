"""A report in any form that Cobertura XML allows is read back equal, and no part of it is accepted as the whole."""

from __future__ import annotations

import io
import lzma
import zlib
from typing import TYPE_CHECKING
from xml.sax import saxutils

import pytest
from hypothesis import given
from hypothesis import strategies as st

from covbot.core.coverage import Branch, FileCoverage, Report
from covbot.core.lines import HIGHEST_LINE, Lines
from covbot.errors import CannotReadReport
from covbot.formats import reading

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

numbers = st.integers(1, 60) | st.integers(1, HIGHEST_LINE)
paths = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\\ufffe\uffff"), min_size=1, max_size=12
).filter(str.strip)
targets = st.sampled_from(["7", "12", "exit"])


@st.composite
def draw_branch(draw: st.DrawFn) -> Branch:
    """Draw branches as coverage.py writes them: with as many targets as branches never taken, or a count alone."""
    named = draw(st.frozensets(targets, min_size=1, max_size=3))
    total = len(named) + draw(st.integers(0, 2))
    at_most = draw(st.sampled_from([len(named), draw(st.integers(0, total))]))
    return Branch(
        total=total, targets=named if at_most == len(named) and draw(st.booleans()) else None, at_most=at_most
    )


@st.composite
def draw_file(draw: st.DrawFn) -> FileCoverage:
    statements = draw(st.frozensets(numbers, max_size=8))
    missing = frozenset(line for line in statements if draw(st.booleans()))
    return FileCoverage(
        statements=Lines.of(statements),
        missing=Lines.of(missing),
        branches={line: draw(draw_branch()) for line in sorted(statements) if draw(st.booleans())},
    )


reports = st.dictionaries(paths, draw_file(), max_size=4)


def format_report(report: Mapping[str, FileCoverage], rng: random.Random) -> bytes:
    """Return Cobertura XML of these files, in one of its many equivalent forms."""
    classes = [_format_class(path, file, rng) for path, file in report.items()]
    rng.shuffle(classes)
    return f"<coverage><packages>{rng.choice(NOISE)}{''.join(classes)}</packages></coverage>".encode()


NOISE = (
    "",
    "\n\t\t",
    "<!-- <line number='1' hits='1'/>\n<line number=\"2\" hits=\"1\"/> -->",
    '<![CDATA[<line number="3" hits="1"/>]]>',
    '&lt;line number="4" hits="1"/&gt;',
    '<?pi <line number="5" hits="1"/>?>',
    '<other number="6" hits="1"/>',
)


def _format_class(path: str, file: FileCoverage, rng: random.Random) -> str:
    lines = [_format_line(line, file, rng) for line in file.statements]
    lines += [_format_line(line, file, rng, hits="0") for line in file.statements if rng.random() < 0.2]  # repeated
    if rng.random() < 0.5:
        rng.shuffle(lines)
    body = rng.choice(NOISE).join(["", *lines, ""])
    shape = rng.choice(["<methods/><lines>{}</lines>", "<methods><method><lines>{}</lines></method></methods>"])
    return f"<class name='c' filename={saxutils.quoteattr(path)}>{shape.format(body)}</class>"


def _format_line(line: int, file: FileCoverage, rng: random.Random, *, hits: str = "") -> str:
    attributes = {"number": str(line), "hits": hits or ("0" if line in file.missing else rng.choice(["1", "7", "1.0"]))}
    if branch := file.branches.get(line):
        taken = branch.total - (branch.at_most or 0)
        attributes |= {
            "branch": "true",
            "condition-coverage": f"{100 * taken // branch.total}% ({taken}/{branch.total})",
        }
        if branch.targets is not None:
            attributes["missing-branches"] = ",".join(sorted(branch.targets))
    pairs = list(attributes.items())
    if rng.random() < 0.5:
        rng.shuffle(pairs)
    quote = rng.choice("\"'")
    inside = rng.choice([" ", "\n"]).join(f"{key}={quote}{value}{quote}" for key, value in pairs)
    return f"<line {inside}/>" if rng.random() < 0.7 else f"<line {inside}><conditions/></line>"


class _Trickle(io.BytesIO):
    """A stream that returns a random number of bytes, at most as many as requested."""

    def __init__(self, data: bytes, rng: random.Random) -> None:
        super().__init__(data)
        self._rng = rng

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._rng.randint(1, size) if size else size)


def read_report(data: bytes) -> Report:
    return reading.read(io.BytesIO(data), "it.xml")


@given(reports, st.randoms(use_true_random=False))
def test_a_written_report_is_read_back_equal(report: dict[str, FileCoverage], rng: random.Random) -> None:
    assert read_report(format_report(report, rng)).files == report


@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_files_is_that_of_their_names(report: dict[str, FileCoverage], rng: random.Random) -> None:
    assert list(read_report(format_report(report, rng)).files) == sorted(report)


@given(reports, st.randoms(use_true_random=False), st.data())
def test_a_report_cut_off_anywhere_is_refused(
    report: dict[str, FileCoverage], rng: random.Random, data: st.DataObject
) -> None:
    whole = format_report(report, rng)
    packed = data.draw(st.sampled_from([whole, lzma.compress(whole), _compress_gzip(whole)]))
    part = packed[: data.draw(st.integers(0, len(packed) - 1))]
    with pytest.raises(CannotReadReport, match=r"^it\.xml"):
        read_report(part)


@given(reports, st.randoms(use_true_random=False))
def test_the_sizes_of_reads_change_nothing(report: dict[str, FileCoverage], rng: random.Random) -> None:
    data = format_report(report, rng)
    for packed in (data, _compress_gzip(data), lzma.compress(data)):
        assert reading.read(_Trickle(packed, rng), "it.xml").files == report


@st.composite
def draw_document(draw: st.DrawFn) -> bytes:
    return format_report(draw(reports), draw(st.randoms(use_true_random=False)))


@given(st.binary(max_size=80) | draw_document(), st.data())
def test_bytes_of_any_kind_are_read_or_refused_in_one_line(data: bytes, choice: st.DataObject) -> None:
    place = choice.draw(st.integers(0, len(data)))
    spoiled = data[:place] + choice.draw(st.binary(max_size=4)) + data[place + choice.draw(st.integers(0, 4)) :]
    error = _read_error(spoiled)
    assert error.isprintable()
    assert not error or error.startswith("it.xml")


def _read_error(data: bytes) -> str:
    try:
        read_report(data)
    except CannotReadReport as caught:
        return str(caught)
    return ""


def _compress_gzip(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=31)
    return compressor.compress(data) + compressor.flush()
