"""A volunteer's run is verified against a bug, by its number or its pasted text alone, in a checkout changed since."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from covbot.core.bugs.marker import Marker, add_marker
from covbot.core.lines import Lines
from covbot.errors import CannotReadReport, UnknownName
from covbot.pipeline import verification
from support import pictures
from support.programs import coverage_runs
from support.world import World, split_page

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
.|import os
-|
-|
.|def attach(host, name):
.|    if host is None:
x|        host = os.environ["HOST"]
.|    if not name:
x|        return None
.|    return host, name
"""
SOURCE = str(split_page(PAGE)[0])
NOTE = "# Said before.\n# And more.\n"


@pytest.fixture
def tree(world: World) -> Path:
    """Return the checkout of the source on which two builds filed a bug, with its lines two lines further down now."""
    for number in (1, 2):
        world.commit_build(number, {"pkg/m.py": PAGE})
    world.run()
    assert world.checkout
    write_module(world.checkout.directory, NOTE + SOURCE)
    return world.checkout.directory


def write_module(tree: Path, text: str) -> None:
    (tree / "pkg").mkdir(parents=True, exist_ok=True)
    (tree / "pkg" / "m.py").write_text(text, encoding="utf-8")


def write_bug_text(world: World, tree: Path) -> Path:
    """Return a file with the bug's text."""
    file = tree.parent / "bug.txt"
    file.write_text(world.bugs()[0].description, encoding="utf-8")
    return file


def write_data(tree: Path, *executed: int, name: str = "/home/ada/nova/pkg/m.py") -> Path:
    data = tree.parent / ".coverage"
    data.write_bytes(coverage_runs.make_data(lines={name: executed}))
    return data


@pytest.mark.parametrize("name", ["/home/ada/nova/pkg/m.py", "pkg/m.py"])
@pytest.mark.parametrize("by", ["number", "key", "text"])
def test_missing_lines_are_reported_with_their_condition_until_they_run(
    world: World, tree: Path, by: str, name: str
) -> None:
    project = world.project()
    (key,) = world.ledger().entries
    bug_lines = (
        verification.read_bug_file(write_bug_text(world, tree), tree)
        if by == "text"
        else verification.find_bug_lines(project, {"number": "1", "key": key}[by])
    )
    assert bug_lines
    assert (bug_lines.note, bug_lines.unnamed, list(bug_lines.listed_lines)) == ("", 0, [6, 8])
    verified = verification.verify_run(bug_lines, write_data(tree, 3, 6, 7, 8, 9, 11, name=name), tree)
    assert (list(verified.wanted), list(verified.missing), verified.done) == ([8, 10], [10], False)
    assert [explanation.sentence for explanation in verified.explanations] == ['"if not name" (line 9) is never true']
    assert verification.verify_run(bug_lines, write_data(tree, 3, 6, 7, 8, 9, 10, 11, name=name), tree).done


def test_lines_moved_since_the_bug_was_filed_keep_the_numbers_of_its_text_beside_the_new_ones(
    world: World, tree: Path
) -> None:
    assert tree.exists()
    for number in (3, 4):
        world.commit_build(number, {"pkg/m.py": "-|# Said before.\n-|# And more.\n" + PAGE})
    assert world.run().receipts == ()
    bug_lines = verification.find_bug_lines(world.project(), "1")
    assert bug_lines
    assert (list(bug_lines.lines), list(bug_lines.listed_lines)) == ([8, 10], [6, 8])


def test_a_deleted_line_is_counted_as_gone_and_needs_no_test(world: World, tree: Path) -> None:
    bug_lines = verification.read_bug_file(write_bug_text(world, tree), tree)
    write_module(tree, SOURCE.replace("        return None\n", "        pass\n"))
    verified = verification.verify_run(bug_lines, write_data(tree, 1, 4, 5, 6, 7, 8, 9), tree)
    assert (list(verified.wanted), verified.gone, verified.done) == ([6], 1, True)
    verified = verification.verify_run(bug_lines, write_data(tree, 1, 4, 5, 6, 7, 9), tree)
    assert (list(verified.rewritten), verified.done) == ([8], False)


def test_exclusions_are_those_of_the_checkout(world: World, tree: Path) -> None:
    bug_lines = verification.find_bug_lines(world.project(), "1")
    assert bug_lines
    (tree / ".coveragerc").write_text("[report]\nexclude_also = return None\n")
    verified = verification.verify_run(bug_lines, write_data(tree, 3, 6, 7, 8, 9, 11), tree)
    assert list(verified.unmeasured) == [10]


def test_a_project_knows_its_own_bugs_alone(world: World, tree: Path) -> None:
    assert tree.exists()
    assert verification.find_bug_lines(world.project(), "77") is None


@pytest.mark.parametrize("known", [True, False])
def test_without_the_commit_lines_are_found_by_the_rows_that_the_bug_shows(
    world: World, tree: Path, known: bool, tmp_path: Path
) -> None:
    other = tmp_path / "copy"
    write_module(other, NOTE + SOURCE)
    if known:
        shutil.copytree(tree / ".git", other / ".git")
    bug_lines = verification.read_bug_file(write_bug_text(world, tree), other)
    assert ("are found by the rows that it shows" in bug_lines.note) is not known
    verified = verification.verify_run(bug_lines, write_data(tree, 3, 6, 7, 8, 9, 11), other)
    assert (list(verified.wanted), list(verified.missing)) == ([8, 10], [10])


def test_a_text_that_names_a_tag_is_not_reported_as_of_a_missing_commit(tmp_path: Path) -> None:
    write_module(tmp_path / "copy", SOURCE)
    file = tmp_path / "bug.txt"
    text = "No test of job runs 1 statement of attach in pkg/m.py (at revision 1.0):\n\n  line 6\n\n"
    file.write_text(f'{text}      5  if host is None:\n    > 6      host = os.environ["HOST"]\n')
    bug_lines = verification.read_bug_file(file, tmp_path / "copy")
    assert bug_lines.note == "the text of the bug names no commit: its lines are found by the rows that it shows"
    write_module(tmp_path / "copy", SOURCE.replace("host is None", "not host"))
    with pytest.raises(UnknownName, match=r"as they were: check out the code that it was filed on"):
        verification.read_bug_file(file, tmp_path / "copy")


def test_without_the_commit_changed_rows_are_refused(world: World, tree: Path, tmp_path: Path) -> None:
    write_module(tmp_path / "copy", SOURCE.replace("host is None", "not host"))
    with pytest.raises(UnknownName, match=r"are not in pkg/m\.py as they were: fetch that revision") as refused:
        verification.read_bug_file(write_bug_text(world, tree), tmp_path / "copy")
    assert "\n" not in str(refused.value)


def test_without_commit_and_rows_lines_are_used_as_numbered_and_the_note_says_so(
    world: World, tree: Path, tmp_path: Path
) -> None:
    write_module(tmp_path / "copy", SOURCE)
    file = write_bug_text(world, tree)
    excerpt = ("    \N{NO-BREAK SPACE}", "    >\N{NO-BREAK SPACE}")
    rows = [row for row in file.read_text().split("\n") if not row.startswith(excerpt)]
    file.write_text("\n".join(rows))
    bug_lines = verification.read_bug_file(file, tmp_path / "copy")
    assert "its lines are taken as they are numbered in its text" in bug_lines.note
    assert list(bug_lines.lines) == [6, 8]


@pytest.mark.parametrize(
    "path",
    ["../work/pkg/m.py", "/etc/passwd", "pkg/../../secret.py", "C:\\x.py", "pkg", "link.py", "pkg/no.py", "p\\..\\x"],
)
@pytest.mark.parametrize("marked", [False, True])
def test_a_text_that_names_a_path_outside_the_checkout_opens_nothing(tree: Path, path: str, marked: bool) -> None:
    (tree.parent / "secret.py").write_text(SOURCE)
    (tree / "link.py").symlink_to(tree.parent / "secret.py")
    text = f"No test of job runs 1 statement of f in {path}:\n\n  line 3\n"
    if marked:
        text = add_marker("", Marker(path=path, regions=(), lines=Lines.of([3])))
    (tree.parent / "bug.txt").write_text(text, encoding="utf-8")
    with pytest.raises(UnknownName, match=r"is not in .*: name the checkout by --repo") as refused:
        verification.read_bug_file(tree.parent / "bug.txt", tree)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"a shopping list", b"\0" * 99, b"x" * (2**20 + 1)])
def test_a_file_without_the_text_of_a_bug_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bug.txt").write_bytes(content)
    with pytest.raises(UnknownName, match=r"bug\.txt: not the whole text of a bug of covbot"):
        verification.read_bug_file(tmp_path / "bug.txt", tmp_path)


def test_a_run_that_does_not_measure_the_file_is_refused(world: World, tree: Path) -> None:
    bug_lines = verification.read_bug_file(write_bug_text(world, tree), tree)
    with pytest.raises(CannotReadReport, match=r"\.coverage: its data speaks of no file of the repository"):
        verification.verify_run(bug_lines, write_data(tree, 1, name="other.py"), tree)


def test_data_without_the_source_in_the_checkout_asks_for_the_checkout(world: World, tree: Path) -> None:
    bug_lines = verification.find_bug_lines(world.project(), "1")
    assert bug_lines
    with pytest.raises(CannotReadReport, match=r"pkg/m\.py is not in .*: name the checkout that you ran in by --repo"):
        verification.verify_run(bug_lines, write_data(tree, 1), tree.parent)


@pytest.mark.parametrize(
    ("text", "seconds", "refused"),
    [(NOTE + SOURCE, 60, True), (NOTE + SOURCE, -60, False), (SOURCE, 60, False)],
    ids=["edited after the run", "edited before it", "written anew as it is in the commit"],
)
def test_a_file_that_was_edited_after_the_run_is_noticed(
    world: World, tree: Path, text: str, seconds: int, *, refused: bool
) -> None:
    bug, data = write_bug_text(world, tree), write_data(tree, 1, 2, 3, 4)
    write_module(tree, text)
    at = data.stat().st_mtime + seconds
    os.utime(tree / "pkg" / "m.py", (at, at))
    asked = verification.read_bug_file(bug, tree)
    if refused:
        with pytest.raises(CannotReadReport, match=r"pkg/m\.py was edited after this run: run the tests again"):
            verification.verify_run(asked, data, tree)
    else:
        assert verification.verify_run(asked, data, tree).unmeasured == Lines()


def test_of_a_whole_report_the_file_of_the_bug_counts_and_not_another_one_of_its_name(world: World, tree: Path) -> None:
    assert world.checkout
    world.checkout.commit({"pkg/m.py": NOTE + SOURCE, "m.py": NOTE + SOURCE, "pkg/sub/m.py": SOURCE})
    bug_lines = verification.read_bug_file(write_bug_text(world, tree), tree)
    data = tree.parent / "coverage.xml"
    data.write_bytes(pictures.make_xml({"m.py": "  .  .....", "pkg/m.py": "  .  ....x.", "pkg/sub/m.py": "."}))
    assert list(verification.verify_run(bug_lines, data, tree).missing) == [10]
    data.write_bytes(pictures.make_xml({"pkg/sub/m.py": "  .  ......."}))
    with pytest.raises(CannotReadReport, match=r"says nothing of pkg/m\.py"):
        verification.verify_run(bug_lines, data, tree)
