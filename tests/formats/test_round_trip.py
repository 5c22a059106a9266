"""What a report says, in any form that Cobertura XML allows, is read back, and no part of it passes for the whole."""

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
def branches(draw: st.DrawFn) -> Branch:
    """A branch as coverage.py writes it: with targets as many as ways never taken, or a count alone."""
    named = draw(st.frozensets(targets, min_size=1, max_size=3))
    total = len(named) + draw(st.integers(0, 2))
    at_most = draw(st.sampled_from([len(named), draw(st.integers(0, total))]))
    return Branch(
        total=total, targets=named if at_most == len(named) and draw(st.booleans()) else None, at_most=at_most
    )


@st.composite
def files(draw: st.DrawFn) -> FileCoverage:
    statements = draw(st.frozensets(numbers, max_size=8))
    missing = frozenset(line for line in statements if draw(st.booleans()))
    return FileCoverage(
        statements=Lines.of(statements),
        missing=Lines.of(missing),
        branches={line: draw(branches()) for line in sorted(statements) if draw(st.booleans())},
    )


reports = st.dictionaries(paths, files(), max_size=4)


def write(report: Mapping[str, FileCoverage], hand: random.Random) -> bytes:
    """Cobertura XML of these files, in one of the many forms that say the same."""
    classes = [_class(path, file, hand) for path, file in report.items()]
    hand.shuffle(classes)
    return f"<coverage><packages>{hand.choice(NOISE)}{''.join(classes)}</packages></coverage>".encode()


NOISE = (
    "",
    "\n\t\t",
    "<!-- <line number='1' hits='1'/>\n<line number=\"2\" hits=\"1\"/> -->",
    '<![CDATA[<line number="3" hits="1"/>]]>',
    '&lt;line number="4" hits="1"/&gt;',
    '<?pi <line number="5" hits="1"/>?>',
    '<other number="6" hits="1"/>',
)


def _class(path: str, file: FileCoverage, hand: random.Random) -> str:
    lines = [_line(line, file, hand) for line in file.statements]
    lines += [_line(line, file, hand, hits="0") for line in file.statements if hand.random() < 0.2]  # said twice
    if hand.random() < 0.5:
        hand.shuffle(lines)
    body = hand.choice(NOISE).join(["", *lines, ""])
    shape = hand.choice(["<methods/><lines>{}</lines>", "<methods><method><lines>{}</lines></method></methods>"])
    return f"<class name='c' filename={saxutils.quoteattr(path)}>{shape.format(body)}</class>"


def _line(line: int, file: FileCoverage, hand: random.Random, *, hits: str = "") -> str:
    said = {"number": str(line), "hits": hits or ("0" if line in file.missing else hand.choice(["1", "7", "1.0"]))}
    if branch := file.branches.get(line):
        taken = branch.total - (branch.at_most or 0)
        said |= {"branch": "true", "condition-coverage": f"{100 * taken // branch.total}% ({taken}/{branch.total})"}
        if branch.targets is not None:
            said["missing-branches"] = ",".join(sorted(branch.targets))
    pairs = list(said.items())
    if hand.random() < 0.5:
        hand.shuffle(pairs)
    quote = hand.choice("\"'")
    inside = hand.choice([" ", "\n"]).join(f"{key}={quote}{value}{quote}" for key, value in pairs)
    return f"<line {inside}/>" if hand.random() < 0.7 else f"<line {inside}><conditions/></line>"


class _Trickle(io.BytesIO):
    """A stream that gives as few bytes at a time as it likes."""

    def __init__(self, data: bytes, hand: random.Random) -> None:
        super().__init__(data)
        self._hand = hand

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._hand.randint(1, size) if size else size)


def read(data: bytes) -> Report:
    return reading.read(io.BytesIO(data), "it.xml")


@given(reports, st.randoms(use_true_random=False))
def test_a_written_report_is_read_back_equal(report: dict[str, FileCoverage], hand: random.Random) -> None:
    assert read(write(report, hand)).files == report


@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_files_is_that_of_their_names(report: dict[str, FileCoverage], hand: random.Random) -> None:
    assert list(read(write(report, hand)).files) == sorted(report)


@given(reports, st.randoms(use_true_random=False), st.data())
def test_a_report_cut_off_anywhere_is_refused(
    report: dict[str, FileCoverage], hand: random.Random, data: st.DataObject
) -> None:
    whole = write(report, hand)
    packed = data.draw(st.sampled_from([whole, lzma.compress(whole), _gzip(whole)]))
    part = packed[: data.draw(st.integers(0, len(packed) - 1))]
    with pytest.raises(CannotReadReport, match=r"^it\.xml"):
        read(part)


@given(reports, st.randoms(use_true_random=False))
def test_the_amounts_in_which_bytes_arrive_change_nothing(report: dict[str, FileCoverage], hand: random.Random) -> None:
    data = write(report, hand)
    for packed in (data, _gzip(data), lzma.compress(data)):
        assert reading.read(_Trickle(packed, hand), "it.xml").files == report


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    return write(draw(reports), draw(st.randoms(use_true_random=False)))


@given(st.binary(max_size=80) | documents(), st.data())
def test_bytes_of_any_kind_are_read_or_refused_in_one_line(data: bytes, choice: st.DataObject) -> None:
    place = choice.draw(st.integers(0, len(data)))
    spoiled = data[:place] + choice.draw(st.binary(max_size=4)) + data[place + choice.draw(st.integers(0, 4)) :]
    refusal = _refusal_of(spoiled)
    assert refusal.isprintable()
    assert not refusal or refusal.startswith("it.xml")


def _refusal_of(data: bytes) -> str:
    try:
        read(data)
    except CannotReadReport as refused:
        return str(refused)
    return ""


def _gzip(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=31)
    return packer.compress(data) + packer.flush()
