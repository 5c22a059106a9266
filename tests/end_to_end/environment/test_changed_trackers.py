"""A project whose bugs are kept in another tracker than before begins anew there: no verdict of a person is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doubles.launchpad.server import Double
from doubles.launchpad.world import Project
from support import trackers
from support.cli_folder import SETTINGS, Folder
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PICTURES = {"pkg/a.py": "..xx", "pkg/b.py": ".xxx", "pkg/c.py": ".x"}


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as double:
        trackers.add_project_and_people(double)
        double.world.projects["trial"] = Project(name="trial", title="Trial")
        yield double


@pytest.fixture
def other_double() -> Iterator[Double]:
    with Double() as double:
        trackers.add_project_and_people(double)
        yield double


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    folder = Folder(tmp_path)
    launchpad_folder.add_two_builds(folder, 1, PICTURES)
    return folder


def keep_bugs_locally(folder: Folder, project: str = "pictured") -> None:
    """Write settings whose tracker is the embedded one."""
    tracker = f'[projects.pictured.tracker]\nkind = "local"\nproject = "{project}"\n'
    (folder.path / "covbot.toml").write_text(SETTINGS + tracker)


def keep_bugs_on_launchpad(folder: Folder, double: Double, project: str = "pictured") -> None:
    """Write settings whose tracker is a double of Launchpad."""
    double.write_credentials(folder.path / "credentials", trackers.ACCOUNT)
    launchpad_folder.write_settings(folder.path, double, more=f'project = "{project}"\n')


def list_open(double: Double) -> list[tuple[str, str]]:
    """Return the project and the title of each bug, in the order of their titles."""
    return sorted((bug.tasks[0].target, bug.title) for bug in double.world.bugs.values())


def test_bugs_begin_anew_on_launchpad_after_a_trial_with_the_embedded_tracker(folder: Folder, double: Double) -> None:
    keep_bugs_locally(folder)
    assert folder.invoke("run").out.count("filed bug") == 3
    folder.invoke("bugs", "set-status", "2", "Won't Fix")
    for number in range(1, 6):
        double.people.file("vera", f"bug {number} of a person", "It is broken.", target=trackers.PROJECT)
    keep_bugs_on_launchpad(folder, double)
    checked = folder.invoke("check")
    assert "begins anew there, and leaves 3 bugs at local:pictured" in checked.out
    assert checked.code == 0
    result = folder.invoke("run")
    assert (result.code, result.err) == (0, "")
    assert "1 task declined by people stay" in result.out
    assert result.out.count("filed bug") == 2
    assert "a person decided that no test is wanted: bug 2 of local:pictured" in result.out
    assert folder.invoke("run").out.startswith("pictured: nothing new")
    assert sum(bug.owner == trackers.ACCOUNT for bug in double.world.bugs.values()) == 2


def test_a_trial_on_another_project_of_launchpad_does_not_silence_the_real_one(folder: Folder, double: Double) -> None:
    keep_bugs_on_launchpad(folder, double, "trial")
    assert folder.invoke("run").out.count("filed bug") == 3
    double.people.set_status("vera", 3, "Won't Fix", target="trial")
    keep_bugs_on_launchpad(folder, double)
    assert folder.invoke("run").out.count("filed bug") == 2
    assert [target for target, _ in list_open(double)].count(trackers.PROJECT) == 2
    (folder.path / "covbot.db").unlink()
    lost = folder.invoke("run")
    assert "took its bug out" not in lost.out
    assert lost.out.count("filed bug") == 1


@pytest.mark.heavy
def test_a_trial_on_staging_leaves_what_production_has_as_it_is(
    folder: Folder, double: Double, other_double: Double
) -> None:
    keep_bugs_on_launchpad(folder, double)
    folder.invoke("run")
    double.people.set_status("vera", 1, "Won't Fix", target=trackers.PROJECT)
    folder.invoke("run")
    keep_bugs_on_launchpad(folder, other_double)
    assert folder.invoke("run").out.count("filed bug") == 2
    for number in other_double.world.bugs:
        other_double.people.set_status("vera", number, "Invalid", target=trackers.PROJECT)
    folder.invoke("run")
    before = list_open(double)
    keep_bugs_on_launchpad(folder, double)
    result = folder.invoke("run")
    assert result.code == 0
    assert "filed bug" not in result.out
    assert list_open(double) == before
    launchpad_folder.add_two_builds(folder, 3, {path: picture.replace("x", ".") for path, picture in PICTURES.items()})
    folder.invoke("run")
    statuses = [bug.tasks[0].status for bug in double.world.bugs.values()]
    assert statuses == ["Won't Fix", "Fix Released", "Fix Released"]


def test_bugs_of_the_embedded_tracker_move_with_the_name_of_their_project(folder: Folder) -> None:
    keep_bugs_locally(folder)
    folder.invoke("run")
    folder.invoke("bugs", "set-status", "1", "Won't Fix")
    keep_bugs_locally(folder, "renamed")
    planned = folder.invoke("plan")
    assert "its 3 bugs moved from local:pictured to local:renamed" in planned.out
    result = folder.invoke("run")
    assert "filed bug" not in result.out
    documents = folder.invoke("bugs", "--format", "json").documents
    assert [bug["status"] for bug in documents] == ["Won't Fix", "New", "New"]
    launchpad_folder.add_two_builds(folder, 3, {path: picture.replace("x", ".") for path, picture in PICTURES.items()})
    folder.invoke("run")
    documents = folder.invoke("bugs", "--format", "json").documents
    assert [bug["status"] for bug in documents] == ["Won't Fix", "Fix Released", "Fix Released"]


@pytest.mark.parametrize("spell", [str, str.upper, lambda root: root.rstrip("/")])
def test_another_spelling_of_the_same_server_is_no_change(
    folder: Folder, double: Double, spell: Callable[[str], str]
) -> None:
    keep_bugs_on_launchpad(folder, double)
    folder.invoke("run")
    settings = (folder.path / "covbot.toml").read_text()
    host = double.root.removeprefix("http://")
    (folder.path / "covbot.toml").write_text(settings.replace(host, spell(host)))
    assert folder.invoke("run").out.startswith("pictured: nothing new")


def test_two_projects_in_one_project_of_launchpad_share_its_limits_and_file_no_line_twice(
    folder: Folder, double: Double
) -> None:
    keep_bugs_on_launchpad(folder, double)
    settings = (folder.path / "covbot.toml").read_text()
    _, _, first = settings.partition("\n[")
    second = f"[{first}".replace("projects.pictured", "projects.second")
    second = second.replace('path = "builds"', 'path = "builds"\njob = "other"')
    (folder.path / "covbot.toml").write_text(f"{settings}\n{second}[projects.second.policy]\nnew_per_day = 5\n")
    assert "has the bugs of pictured: limits count the bugs of all of them together" in folder.invoke("check").out
    result = folder.invoke("run")
    assert result.code == 0
    assert result.out.count("filed bug") == 3
    titles = [title for _, title in list_open(double)]
    assert len(set(titles)) == len(titles) == 3
    assert result.out.count("of pictured lists statements of it already, and is New") == 3
