"""What the settings call otherwise than before is carried over if it is the same, and else a person is asked."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from doubles.launchpad.server import Double
from support import pictures, trackers
from support.cli_folder import SETTINGS, Folder
from support.git_repo import Checkout
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PICTURES = {"pkg/a.py": "..xx", "pkg/b.py": ".xxx", "pkg/c.py": ".x"}
COVERED = {path: picture.replace("x", ".") for path, picture in PICTURES.items()}


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as double:
        yield double


@pytest.fixture
def filed(tmp_path: Path) -> Folder:
    """Return a project with three bugs of the embedded tracker, the first of them declined."""
    (tmp_path / "covbot.toml").write_text(SETTINGS)
    folder = Folder(tmp_path)
    launchpad_folder.add_two_builds(folder, 1, PICTURES)
    assert folder.invoke("run").out.count("filed bug") == 3
    folder.invoke("bugs", "set-status", "1", "Won't Fix")
    return folder


def change_settings(folder: Folder, old: str, new: str, more: str = "") -> None:
    """Replace a text in the settings, and append another one."""
    path = folder.path / "covbot.toml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new) + more)


def list_statuses(folder: Folder) -> list[str]:
    """Return the statuses of the bugs in the embedded tracker."""
    return [bug["status"] for bug in folder.invoke("bugs", "--format", "json").documents]


def check_carried_over(folder: Folder) -> None:
    """Check that nothing is filed, and that the bugs are closed, but for the declined one, once all lines run."""
    first = folder.invoke("run")
    assert (first.code, first.out.count("filed bug")) == (0, 0)
    assert list_statuses(folder) == ["Won't Fix", "New", "New"]
    launchpad_folder.add_two_builds(folder, 3, COVERED)
    assert folder.invoke("run").code == 0
    assert list_statuses(folder) == ["Won't Fix", "Fix Released", "Fix Released"]


def test_a_project_that_is_called_otherwise_keeps_its_bugs(filed: Folder) -> None:
    change_settings(filed, "projects.pictured", "projects.renamed")
    assert "it was called pictured before" in filed.invoke("check").out
    check_carried_over(filed)


def test_a_project_is_not_taken_for_one_that_is_still_there(filed: Folder) -> None:
    _, _, first = SETTINGS.partition("\n[")
    second = f"\n[{first}".replace("projects.pictured", "projects.second")
    change_settings(filed, SETTINGS, SETTINGS, second)
    assert "was called" not in filed.invoke("check").out


@pytest.mark.heavy
def test_a_renamed_project_without_its_store_is_not_filed_again_on_launchpad(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double, more='project = "pictured"\n')
    folder.invoke("run")
    double.people.set_status("vera", 1, "Won't Fix", target=trackers.PROJECT)
    (tmp_path / "covbot.db").unlink()
    change_settings(folder, "projects.pictured", "projects.renamed")
    refused = folder.invoke("run")
    assert refused.code == 4
    assert "list its statements for pictured, which is no project of the settings" in refused.err
    assert "covbot accept --project renamed --kind settings --why TEXT" in refused.err
    assert len(double.world.bugs) == 3
    accepted = folder.invoke("accept", "--kind", "settings", "--why", "renamed it")
    assert "bugs filed for pictured are those of renamed from now on" in accepted.out
    assert folder.invoke("run").code == 0
    launchpad_folder.add_two_builds(folder, 3, COVERED)
    assert folder.invoke("run").code == 0
    assert folder.invoke("run").code == 0
    statuses = [bug.tasks[0].status for bug in double.world.bugs.values()]
    assert statuses == ["Won't Fix", "Fix Released", "Fix Released"]


def test_a_job_that_is_called_otherwise_is_not_taken_again(filed: Folder) -> None:
    change_settings(filed, 'path = "builds"', 'path = "builds"\njob = "nightly"')
    result = filed.invoke("run")
    assert "its job pictured is called nightly now" in result.out
    assert "new build" not in result.out.replace("no new build", "")
    check_carried_over(filed)


def test_another_job_is_asked_for(filed: Folder) -> None:
    change_settings(filed, 'path = "builds"', 'path = "others"\njob = "nightly"')
    for number in (11, 12):
        target = filed.path / "others" / str(number)
        target.mkdir(parents=True)
        (target / "coverage.xml").write_bytes(pictures.make_xml(PICTURES))
        metadata = {"number": number, "started_at": f"2026-03-{number}T10:00:00Z", "result": "SUCCESS"}
        (target / "build.json").write_text(json.dumps(metadata))
    for command in ("plan", "run"):
        refused = filed.invoke(command)
        assert refused.code == 4
        assert "none of the 2 builds of pictured that were taken is among its builds" in refused.err
    assert filed.invoke("check").code == 1
    assert "are those of nightly from now on" in filed.invoke("accept", "--kind", "settings", "--why", "moved").out
    assert filed.invoke("run").code == 0
    assert list_statuses(filed) == ["Won't Fix", "New", "New"]


def commit_sources(folder: Folder, below: str) -> str:
    """Commit a source for the pictures below a path, and set its revision in all builds; return the repository."""
    checkout = Checkout(directory=folder.path / "work").create()
    sources = {f"{below}{path}": "x = 1\n" * len(picture) for path, picture in PICTURES.items()}
    commit = checkout.commit(sources)
    for path in folder.path.glob("builds/*/build.json"):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"revision": commit}))
    return str(checkout.directory)


@pytest.mark.heavy
@pytest.mark.parametrize(("below", "prefix"), [("", ""), ("src/", ""), ("src/", "src")])
def test_a_repository_that_is_added_keeps_the_bugs_on_their_files(tmp_path: Path, below: str, prefix: str) -> None:
    (tmp_path / "covbot.toml").write_text(SETTINGS)
    folder = Folder(tmp_path)
    launchpad_folder.add_two_builds(folder, 1, PICTURES)
    repository = commit_sources(folder, below)
    folder.run_command("run")
    folder.run_command("bugs", "set-status", "1", "Won't Fix")
    more = f'[projects.pictured.repository]\nurl = "{repository}"\nprefix = "{prefix}"\n'
    change_settings(folder, SETTINGS, SETTINGS, more)
    first = folder.run_command("run")
    assert (first.code, first.out.count("filed bug")) == (0, 0)
    assert ("3 tasks carried over" in first.out) is bool(below)
    assert [bug["status"] for bug in folder.run_command("bugs", "--format", "json").documents] == [
        "Won't Fix",
        "New",
        "New",
    ]
    launchpad_folder.add_two_builds(folder, 3, COVERED)
    for path in folder.path.glob("builds/[34]/build.json"):
        known = json.loads((folder.path / "builds" / "1" / "build.json").read_text())["revision"]
        path.write_text(json.dumps(json.loads(path.read_text()) | {"revision": known}))
    assert folder.run_command("run").code == 0
    assert [bug["status"] for bug in folder.run_command("bugs", "--format", "json").documents] == [
        "Won't Fix",
        "Fix Released",
        "Fix Released",
    ]


def test_a_prefix_that_is_set_keeps_the_bugs_on_their_files(filed: Folder) -> None:
    change_settings(filed, SETTINGS, SETTINGS, '[projects.pictured.repository]\nprefix = "src"\n')
    check_carried_over(filed)
    assert "src/pkg" in json.dumps(filed.invoke("bugs", "--format", "json").documents)


@pytest.mark.parametrize("is_delivered", [True, False])
def test_a_prefix_that_is_changed_keeps_the_bugs_on_their_files(tmp_path: Path, *, is_delivered: bool) -> None:
    repository = '[projects.pictured.repository]\nprefix = "src/one"\n'
    (tmp_path / "covbot.toml").write_text(SETTINGS + repository)
    folder = Folder(tmp_path)
    launchpad_folder.add_two_builds(folder, 1, PICTURES)
    folder.invoke("run")
    folder.invoke("bugs", "set-status", "1", "Won't Fix")
    if not is_delivered:
        shutil.rmtree(tmp_path / "builds")
        (tmp_path / "builds").mkdir()
    change_settings(folder, "src/one", "lib")
    check_carried_over(folder)


def test_a_prefix_that_is_set_after_the_store_was_lost_files_nothing_again(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    folder.invoke("run")
    double.people.set_status("vera", 1, "Won't Fix", target=trackers.PROJECT)
    (tmp_path / "covbot.db").unlink()
    change_settings(folder, 'tags = ["testing"]', "", '[projects.pictured.repository]\nprefix = "src"\n')
    assert folder.invoke("run").out.count("filed bug") == 0
    launchpad_folder.add_two_builds(folder, 3, COVERED)
    assert folder.invoke("run").code == 0
    assert folder.invoke("run").code == 0
    statuses = [bug.tasks[0].status for bug in double.world.bugs.values()]
    assert statuses == ["Won't Fix", "Fix Released", "Fix Released"]


@pytest.mark.heavy
def test_an_unrelated_repository_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "covbot.toml").write_text(SETTINGS)
    folder = Folder(tmp_path)
    launchpad_folder.add_two_builds(folder, 1, PICTURES)
    repository = commit_sources(folder, "")
    change_settings(folder, SETTINGS, SETTINGS, f'[projects.pictured.repository]\nurl = "{repository}"\n')
    assert folder.run_command("run").out.count("filed bug") == 3
    other = Checkout(directory=tmp_path / "other").create()
    other.commit({"other.py": "x = 1\n"})
    change_settings(folder, repository, str(other.directory))
    refused = folder.run_command("run")
    assert refused.code == 4
    assert "does not have the revision" in refused.err
    clone = tmp_path / "clone.git"
    Checkout(directory=tmp_path / "work").run_git("clone", "--quiet", "--bare", repository, str(clone))
    change_settings(folder, str(other.directory), str(clone))
    moved = folder.run_command("run")
    assert (moved.code, moved.out.count("filed bug")) == (0, 0)
