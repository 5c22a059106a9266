"""Doubts that return in each build, accepted once for all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.cli_folder import Folder

BODY = """<packages><package><classes><class name="C" filename="a.py"><lines>
<line number="1" hits="{hits}"/><line number="2" hits="0"/></lines></class></classes></package></packages>"""


def add_build(folder: Folder, number: int, header: str) -> None:
    """Add a build whose Cobertura report has this header."""
    build = folder.path / "builds" / str(number)
    build.mkdir(parents=True)
    document = {"number": number, "started_at": f"2026-01-{number:02}T00:00:00Z", "result": "SUCCESS"}
    (build / "build.json").write_text(json.dumps(document))
    (build / "coverage.xml").write_text(f"<coverage {header}>{BODY.format(hits=number)}</coverage>")


@pytest.fixture
def doubted(folder: Folder) -> Folder:
    """Return a folder with two builds of a writer that counts in its own way."""
    for number in (21, 22):
        add_build(folder, number, 'lines-valid="9" lines-covered="1"')
    return folder


def test_a_doubt_that_returns_says_how_to_accept_its_kind(doubted: Folder) -> None:
    result = doubted.invoke("run")
    assert "build 21: suspect\n    header and body disagree" in result.out
    assert result.out.count("covbot accept --kind sums --why TEXT") == 1
    assert "the build before it had the same kind of doubt" in result.out


def test_an_accepted_kind_trusts_the_builds_that_wait_for_it_and_later_ones(doubted: Folder) -> None:
    doubted.invoke("run")
    accepted = doubted.invoke("accept", "--kind", "sums", "--why", "our writer counts so")
    assert (accepted.code, accepted.err) == (0, "")
    assert "builds 21, 22 is trusted" not in accepted.out
    assert "builds 21, 22 are trusted by that" in accepted.out
    assert "filed bug 1" in doubted.invoke("run").out
    add_build(doubted, 23, 'lines-valid="9" lines-covered="1"')
    result = doubted.invoke("run")
    assert "build 23: trusted" in result.out
    assert "such doubts are accepted for all builds: our writer counts so" in result.out


def test_an_accepted_kind_excuses_no_other_doubt(doubted: Folder) -> None:
    doubted.invoke("run")
    doubted.invoke("accept", "--kind", "clock", "--why", "its clock is wrong")
    add_build(doubted, 23, 'lines-valid="9" lines-covered="1" timestamp="1700000000"')
    result = doubted.invoke("run")
    assert "build 23: suspect" in result.out
    assert "header and body disagree" in result.out
    assert "its report was written at 2023-11-14 22:13+00:00" in result.out


@pytest.mark.parametrize("words", [(), ("21", "--kind", "sums"), ("--kind", "jump")])
def test_accept_is_for_one_build_or_for_one_of_the_kinds(doubted: Folder, words: tuple[str, ...]) -> None:
    assert doubted.invoke("accept", *words, "--why", "so be it").code == 2


def test_wrong_sums_of_branches_alone_leave_a_build_trusted(folder: Folder) -> None:
    header = 'lines-valid="2" lines-covered="1" branches-valid="10" branches-covered="4"'
    add_build(folder, 21, header)
    result = folder.invoke("run")
    assert "build 21: trusted" in result.out
    assert "only its branches are in doubt" in result.out
