"""What a person does to the bugs of the embedded tracker by `covbot bugs`, and what covbot then leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.cli_folder import Folder

COVERED = {"pkg/a.py": ".....", "pkg/b.py": ".."}


def show_bug(folder: Folder) -> str:
    return folder.invoke("bugs", "show", "1").out


def run_covered_builds(folder: Folder) -> None:
    """Run a pass after each of two builds in which every statement runs."""
    for number in (3, 4):
        folder.add_build(number, COVERED)
        folder.invoke("run")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("untag", "1", "covbot"), "bug 1 has no tag covbot now\n"),
        (("tag", "1", "covbot-ignore"), "bug 1 has the tag covbot-ignore now\n"),
        (("remove", "1", "--as", "ada"), "bug 1 is not about the project any more\n"),
    ],
)
def test_covbot_leaves_a_bug_alone_that_a_person_took_out_of_its_hands(
    filed: Folder, words: tuple[str, ...], said: str
) -> None:
    done = filed.invoke("bugs", *words)
    assert (done.code, done.out) == (0, said)
    before = show_bug(filed)
    run_covered_builds(filed)
    assert show_bug(filed) == before
    assert "took its bug out of covbot's hands" in filed.invoke("plan").out


def test_a_private_bug_is_not_written_to_but_shown_to_people(filed: Folder) -> None:
    assert filed.invoke("bugs", "make-private", "1").out == "bug 1 is private now\n"
    before = show_bug(filed)
    run_covered_builds(filed)
    assert show_bug(filed) == before
    assert len(filed.invoke("bugs", "--format", "json").documents) == 1


def test_a_bug_is_marked_as_a_duplicate_and_as_one_no_more(filed: Folder) -> None:
    for number in (3, 4):
        filed.add_build(number, {"pkg/a.py": "..xxx", "pkg/b.py": "..", "pkg/c.py": ".xxx"})
    filed.invoke("run")
    assert filed.invoke("bugs", "mark-duplicate", "2", "1").out == "bug 2 is a duplicate of bug 1 now\n"
    assert "its bug is a duplicate of another bug of covbot's" in filed.invoke("plan").out
    assert filed.invoke("bugs", "mark-duplicate", "2").out == "bug 2 is a duplicate of no bug now\n"
    assert "duplicate" not in filed.invoke("plan").out


@pytest.mark.parametrize(
    "words", [("mark-duplicate", "1", "1"), ("mark-duplicate", "1", "7"), ("untag", "7", "covbot"), ("remove", "7")]
)
def test_what_launchpad_would_refuse_is_refused_in_one_line(filed: Folder, words: tuple[str, ...]) -> None:
    result = filed.invoke("bugs", *words)
    assert (result.code, result.err.count("\n")) == (1, 1)
