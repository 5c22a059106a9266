"""Bugs that Launchpad counts and does not show to covbot, and what a person does about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doubles.launchpad.server import Double
from support import trackers
from support.launchpad import launchpad_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.cli_folder import Folder

HIDDEN = "1 bug of covbot's cannot be seen by its account"


@pytest.fixture
def double() -> Iterator[Double]:
    with Double() as double:
        yield double


@pytest.fixture
def filed(double: Double, tmp_path: Path) -> Folder:
    """A folder whose three tasks are filed, by a token that shows public bugs alone."""
    folder = launchpad_folder.create_folder(tmp_path, double)
    double.write_credentials(tmp_path / "credentials", trackers.ACCOUNT, level="WRITE_PUBLIC")
    assert folder.invoke("run").code == 0
    assert len(double.world.bugs) == 3
    return folder


def test_after_a_lost_store_a_hidden_bug_is_not_filed_again_until_a_person_names_it(
    double: Double, filed: Folder
) -> None:
    double.people.make_private("ada", 2, from_reporter=False)
    (filed.path / "covbot.db").unlink()
    for _ in range(2):
        result = filed.invoke("run")
        assert result.code == 1
        assert f"nothing is filed: {HIDDEN}" in result.err
        assert "covbot accept --without BUG --why TEXT" in result.err
    assert len(double.world.bugs) == 3
    assert filed.invoke("accept", "--without", "2", "--why", "a secret").code == 0
    assert filed.invoke("run").code == 0
    assert len(double.world.bugs) == 4


def test_a_bug_that_turned_private_is_noticed_at_the_next_run_and_no_task_for_volunteers(
    double: Double, filed: Folder
) -> None:
    double.people.make_private("ada", 2, from_reporter=False)
    result = filed.invoke("run")
    assert (result.code, result.err) == (0, "")
    assert "1 task: its bug cannot be read" in result.out
    assert "bug 2 " not in filed.invoke("tasks").out
    filed.add_build(3, launchpad_folder.UNTESTED | {"pkg/d.py": ".x"})
    filed.add_build(4, launchpad_folder.UNTESTED | {"pkg/d.py": ".x"})
    assert filed.invoke("run").code == 0
    assert len(double.world.bugs) == 3  # the cap of a day counts the hidden one


def test_two_bugs_that_cannot_be_read_stop_the_run_until_a_person_gives_them_up(double: Double, filed: Folder) -> None:
    double.people.make_private("ada", 1, from_reporter=False)
    double.people.make_private("ada", 2, from_reporter=False)
    launchpad_folder.add_two_builds(filed, 3, {"pkg/a.py": "....", "pkg/b.py": "....", "pkg/c.py": ".."})
    refused = filed.invoke("run")
    assert refused.code == 4
    assert "2 of 3 bugs cannot be read" in refused.out
    assert "covbot accept --without 1 2 --why TEXT goes on without them" in refused.out
    assert double.world.bugs[3].tasks[0].status == "New"
    accepted = filed.invoke("accept", "--without", "1", "2", "--why", "made private by the security team")
    assert (accepted.code, accepted.out) == (0, "pictured: given up: bug 1, bug 2; covbot run goes on without\n")
    assert filed.invoke("run").code == 0
    assert [bug.tasks[0].status for _, bug in sorted(double.world.bugs.items())] == ["New", "New", "Fix Released"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--without", "1"), "covbot can read bug 1: the tag covbot-ignore takes a bug out of its hands"),
        (("--without", "1", "--kind", "sums"), "either --kind or --without"),
        (("1", "2"), "either the number of one BUILD"),
    ],
)
def test_what_cannot_be_given_up_is_refused(filed: Folder, words: tuple[str, ...], message: str) -> None:
    result = filed.invoke("accept", *words, "--why", "w")
    assert result.code in {1, 2}
    assert message in result.err
