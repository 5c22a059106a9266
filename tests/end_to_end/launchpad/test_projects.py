"""Projects on Launchpad where covbot must not file, or could not read what it files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from doubles.launchpad.server import Double
from support import trackers
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from doubles.launchpad.messages import Request


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as double:
        yield double


MANY = {f"m{number:02}.py": ".xx" for number in range(12)}


@pytest.mark.heavy
def test_on_a_project_that_is_private_by_default_bugs_are_filed_as_public_within_the_caps(
    double: Double, tmp_path: Path
) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double, pictured=MANY)
    double.write_credentials(tmp_path / "credentials", trackers.ACCOUNT, level="WRITE_PUBLIC")
    double.world.projects[trackers.PROJECT].bug_sharing_policy = "Proprietary, can be public"
    assert "private unless they are filed as public" in folder.invoke("check").out
    for _ in range(10):
        assert folder.invoke("run").code == 0
    assert len(double.world.bugs) == 3
    assert {bug.information_type for bug in double.world.bugs.values()} == {"Public"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bug_sharing_policy": "Proprietary"}, "takes no public bugs"),
        pytest.param({"official_bugs": False}, "does not use Launchpad for bugs", marks=pytest.mark.heavy),
        pytest.param({"information_type": "Proprietary"}, "is not public", marks=pytest.mark.heavy),
        pytest.param({"kind": "project_group"}, "is a group of projects", marks=pytest.mark.heavy),
    ],
)
def test_where_check_would_fail_a_run_files_nothing_and_says_why(
    double: Double, tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    for name, value in changes.items():
        setattr(double.world.projects[trackers.PROJECT], name, value)
    assert words in folder.invoke("check").out
    for _ in range(3):
        result = folder.invoke("run")
        assert result.code == 1
        assert words in result.err
    assert double.world.bugs == {}


@pytest.mark.heavy
def test_a_bug_that_cannot_be_read_back_ends_the_run_and_is_never_filed_again(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double, pictured=MANY)

    def hide_new_bugs(event: str, request: Request) -> None:
        if (event, request.method) == ("committed", "POST"):
            for bug in double.world.bugs.values():
                bug.information_type = "Private"
                bug.subscribers.clear()

    double.watch = hide_new_bugs
    first = folder.invoke("run")
    assert first.code == 1
    assert "bug 1 was filed but cannot be read back" in first.err
    for _ in range(9):
        assert folder.invoke("run").code in {1, 4}
    assert len(double.world.bugs) == 2
    titles = [bug.title for bug in double.world.bugs.values()]
    assert len(set(titles)) == 2


def test_a_token_that_may_only_read_ends_the_run_at_the_second_refusal(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    assert folder.invoke("run").code == 0
    launchpad_folder.add_two_builds(folder, 3, dict.fromkeys(launchpad_folder.UNTESTED, "....") | {"pkg/c.py": ".x"})
    double.write_credentials(tmp_path / "credentials", trackers.ACCOUNT, level="READ_PUBLIC")
    double.requests.clear()
    result = folder.invoke("run")
    assert result.code == 1
    assert "may lack the right to" in result.err
    assert sum(request.method != "GET" for request in double.requests) == 2
    assert {bug.tasks[0].status for bug in double.world.bugs.values()} == {"New"}
