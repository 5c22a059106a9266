"""A repository that was asked for and cannot be read holds everything: nothing poorer is ever filed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from attrs import frozen

from support import pictures
from support.cli_folder import SETTINGS, Folder
from support.git_repo import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEEP = "import os\ndef keep():\n    return os\n"
CODE = "def f(x):\n    y = start(x)\n    a = one(y)\n    b = two(a)\n    return three(b)\n"
FOLDER = "pkg"


@frozen
class Lab:
    """A folder whose builds measure commits of a repository beside it."""

    folder: Folder
    checkout: Checkout

    def commit(self, name: str = "old.py") -> str:
        return self.checkout.commit({f"{FOLDER}/{name}": CODE, f"{FOLDER}/keep.py": KEEP})

    def add_build(self, number: int, revision: str | None, name: str = "old.py") -> None:
        """Add a build in which three lines of a file never ran."""
        self.folder.add_build(number, {f"{FOLDER}/{name}": "..xxx", f"{FOLDER}/keep.py": "..."})
        file = self.folder.path / "builds" / str(number) / "build.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | {"revision": revision}))

    def set_repository(self, url: str, *lines: str) -> None:
        rows = "\n".join(["[projects.pictured.repository]", f"url = {json.dumps(url)}", *lines])
        (self.folder.path / "covbot.toml").write_text(f"{SETTINGS}{rows}\n")

    def list_bugs(self) -> list[tuple[str, str]]:
        documents = self.folder.invoke("bugs", "--format", "json").documents
        return [(bug["title"], bug["description"]) for bug in documents]

    def list_verdicts(self) -> dict[int, str]:
        documents = self.folder.invoke("builds", "--format", "json").documents
        return {build["number"]: build["verdict"] for build in documents}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(Folder(tmp_path / "covbot"), Checkout(directory=tmp_path / "repo").create())
    lab.folder.path.mkdir()
    lab.set_repository(str(lab.checkout.directory))
    return lab


def move_away(lab: Lab) -> None:
    lab.checkout.directory.rename(lab.checkout.directory.with_name("away"))


def replace_by_empty_folder(lab: Lab) -> None:
    """Leave an empty folder in its place, as a mount that failed does."""
    move_away(lab)
    lab.checkout.directory.mkdir()


def block_cache(lab: Lab) -> None:
    cache = lab.folder.path / "cache"
    if cache.exists():
        cache.rename(cache.with_name("kept"))
    cache.write_text("a file in the way")


def give_back(lab: Lab) -> None:
    away, cache = lab.checkout.directory.with_name("away"), lab.folder.path / "cache"
    if away.exists():
        if lab.checkout.directory.exists():
            lab.checkout.directory.rmdir()
        away.rename(lab.checkout.directory)
    if cache.is_file():
        cache.unlink()
    lab.set_repository(str(lab.checkout.directory))


@pytest.mark.heavy
@pytest.mark.parametrize("fail", [move_away, replace_by_empty_folder, block_cache])
def test_builds_wait_while_the_repository_is_away_and_a_rename_meanwhile_is_followed(
    fail: Callable[[Lab], None], lab: Lab
) -> None:
    old, new = lab.commit(), lab.commit("new.py")
    lab.checkout.run_git("reset", "--soft", old)
    for number in (1, 2):
        lab.add_build(number, old)
    assert lab.folder.invoke("run").code == 0
    [before] = lab.list_bugs()
    lab.checkout.run_git("reset", "--soft", new)
    fail(lab)
    for number, code in ((3, 0), (4, 1)):
        lab.add_build(number, new, "new.py")
        done = lab.folder.invoke("run")
        assert (done.code, lab.list_bugs(), bool(done.err)) == (code, [before], bool(code))
        assert "(since 20" in done.err or code == 0
    assert lab.folder.invoke("plan").code == 1
    check = lab.folder.invoke("check")
    assert (check.code, len(re.findall("^fails  repository of pictured", check.out, re.MULTILINE))) == (1, 1)
    give_back(lab)
    assert lab.folder.invoke("run").code == 0
    assert lab.list_verdicts() == dict.fromkeys((1, 2, 3, 4), "trusted")
    [(title, description)] = lab.list_bugs()
    assert title == before[0].replace("old", "new")
    assert "3-5" in description
    assert lab.folder.invoke("check").code == 0


def test_from_an_unrelated_repository_nothing_is_filed_and_builds_are_read_again(lab: Lab, tmp_path: Path) -> None:
    commit = lab.commit()
    other = Checkout(directory=tmp_path / "other").create()
    other.commit({"x.py": ""})
    lab.set_repository(str(other.directory))
    for number in (1, 2):
        lab.add_build(number, commit)
    assert [lab.folder.invoke("run").code for _ in range(2)] == [0, 1]
    assert (lab.list_bugs(), lab.list_verdicts()) == ([], {1: "suspect", 2: "suspect"})
    assert "its source is not known" in lab.folder.invoke("run").err
    assert f"revision '{commit}' is not there" in lab.folder.invoke("check").out
    refused = lab.folder.invoke("accept", "2", "--why", "it is fine")
    assert (refused.code, "its source is not known" in refused.err) == (1, True)
    give_back(lab)
    assert lab.folder.invoke("run").code == 0
    assert lab.list_verdicts() == {1: "trusted", 2: "trusted"}
    assert [title for title, _ in lab.list_bugs()] == ["pkg/old.py: no test runs 3 statements of f"]


def test_a_build_that_does_not_tell_its_revision_files_nothing(lab: Lab) -> None:
    lab.commit()
    for number in (1, 2):
        lab.add_build(number, None)
    lab.folder.invoke("run")
    assert lab.list_bugs() == []
    assert "does not tell its revision" in lab.folder.invoke("check").out


def test_a_prefix_that_fits_no_filename_is_said_and_its_builds_are_read_again(lab: Lab) -> None:
    commit = lab.commit()
    lab.set_repository(str(lab.checkout.directory), 'prefix = "wrong"', 'tests = ["tests/test_{name}.py"]')
    for number in (1, 2):
        lab.add_build(number, commit)
    assert "the prefix wrong fits none of its 2 filenames" in lab.folder.invoke("run").out
    assert "the prefix wrong fits none of its 2 filenames" in lab.folder.invoke("check").out
    assert lab.list_bugs() == []
    lab.set_repository(str(lab.checkout.directory), 'prefix = "pkg"', 'tests = ["pkg/{name}.py", "t/{name}.py"]')
    lab.folder.invoke("run")
    assert len(lab.list_bugs()) == 1
    [line] = [line for line in lab.folder.invoke("check").out.splitlines() if "repository of" in line]
    expected = [
        f"knows the commit {commit[:12]} of build 2",
        "the prefix pkg fits 2 of 2 names",
        "the test pattern pkg/{name}.py fits 2 files",
        "the test pattern t/{name}.py fits 0 files",
    ]
    assert [words for words in expected if words not in line] == []


@pytest.mark.heavy
def test_without_git_run_and_check_say_so_at_once(lab: Lab, tmp_path: Path) -> None:
    lab.add_build(1, lab.commit())
    (tmp_path / "bin").mkdir()
    for command in ("run", "plan", "check"):
        done = lab.folder.run_command(command, PATH=str(tmp_path / "bin"))
        assert (done.code, "git is not installed" in done.err + done.out) == (1, True)


@pytest.mark.parametrize("url", ["ext::sh -c id", "http://example.org/x", "ftp://example.org/x", "https://"])
def test_an_address_that_is_none_stops_its_own_project_alone_and_is_named(lab: Lab, url: str) -> None:
    lab.add_build(1, None)
    lab.set_repository(url, SETTINGS.partition("[projects.")[2].replace("pictured", "other").join(["[projects.", ""]))
    result = lab.folder.invoke("run")
    assert result.code == 1
    assert result.err.startswith("covbot: pictured: ")
    assert "is no repository: give a directory or an address by https, ssh, git or file" in result.err
    assert result.err.count("\n") == 1
    assert "other: 1 new build" in result.out
    assert lab.folder.invoke("tasks").code == 0


def test_a_build_that_was_caught_half_copied_is_trusted_in_the_end(lab: Lab) -> None:
    for number in (1, 2):
        lab.add_build(number, lab.commit())
    file = lab.folder.path / "builds" / "2" / "coverage.xml.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    lab.folder.invoke("run")
    assert lab.list_verdicts() == {1: "trusted", 2: "suspect"}
    file.write_bytes(whole)
    lab.folder.invoke("run")
    assert lab.list_verdicts() == {1: "trusted", 2: "trusted"}
    assert len(lab.list_bugs()) == 1
    assert "no new build" in lab.folder.invoke("run").out


def test_a_report_that_comes_late_or_is_replaced_is_read_when_it_can_be(lab: Lab) -> None:
    for number in (1, 2, 3):
        lab.add_build(number, lab.commit())
    late = lab.folder.path / "builds" / "2" / "coverage.xml.gz"
    broken = lab.folder.path / "builds" / "3" / "coverage.xml.gz"
    late.rename(late.with_name("elsewhere"))
    broken.write_bytes(b"no report")
    lab.folder.invoke("run")
    assert lab.list_verdicts() == {1: "trusted", 2: "suspect", 3: "suspect"}
    late.with_name("elsewhere").rename(late)
    broken.unlink()
    page = {f"{FOLDER}/old.py": "..xxx", f"{FOLDER}/keep.py": "..."}
    (broken.with_name("coverage.xml")).write_bytes(pictures.make_xml(page))
    lab.folder.invoke("run")
    assert lab.list_verdicts() == dict.fromkeys((1, 2, 3), "trusted")
    assert len(lab.list_bugs()) == 1


def test_a_build_that_is_left_out_is_named_by_run_and_check(lab: Lab) -> None:
    for number in (1, 2):
        lab.add_build(number, lab.commit())
    (lab.folder.path / "builds" / "2" / "build.json").write_text('{"number": 2, "started_at": "2026-03-01 10:00:00"}')
    for command in ("run", "check", "plan"):
        assert "builds/2/build.json: started_at must be a moment" in lab.folder.invoke(command).out
