"""The verbs on a project whose bugs live on Launchpad."""

from __future__ import annotations

import datetime as dt
import re
import stat
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from covbot import errors
from covbot.cli.commands import login
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


@pytest.mark.parametrize(("mode", "verb"), [("live", "plan"), ("observe", "plan"), ("observe", "run")])
def test_law_15_plan_and_observe_mode_send_nothing_but_get(
    double: Double, tmp_path: Path, mode: str, verb: str
) -> None:
    """Though there is a bug to file, and one to close."""
    folder = launchpad_folder.settle(tmp_path, double)
    assert "3 writes to the tracker" in folder.play("run").out
    launchpad_folder.lay_two(folder, 3, {"pkg/a.py": "....", "pkg/b.py": ".xxx", "pkg/c.py": ".x", "pkg/d.py": ".x"})
    launchpad_folder.write_settings(tmp_path, double, mode=mode)
    left = repr(double.world.bugs)
    double.requests.clear()
    told = folder.play(verb, "--format", "json").documents[0]
    assert {action["action"] for action in told["actions"]} >= {"SetStatus", "CommentOnBug"}
    assert {request.method for request in double.requests} == {"GET"}
    assert repr(double.world.bugs) == left


def test_law_15_what_is_planned_is_what_a_live_run_then_does(double: Double, tmp_path: Path) -> None:
    """So that the plan that wrote nothing was not empty."""
    folder = launchpad_folder.settle(tmp_path, double)
    assert folder.play("plan").out.count("would file") == 3
    assert {request.method for request in double.requests} == {"GET"}
    assert folder.play("run").out.count("filed bug") == 3
    assert {request.method for request in double.requests} == {"GET", "POST"}


def test_bugs_lists_them_as_launchpad_shows_them_and_only_reads(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    folder.play("run")
    double.people.assign("vera", 2, "vera", target=trackers.PROJECT)
    double.people.file(trackers.ME, "another matter", "of the same account", target=trackers.PROJECT)
    double.requests.clear()
    rows = [line.split()[:3] for line in folder.play("bugs").out.splitlines()[1:] if line[:1].isdigit()]
    assert rows == [["1", "New", "nobody"], ["2", "New", "vera"], ["3", "New", "nobody"]]
    listed = folder.play("bugs", "--format", "json").documents
    assert [(bug["project"], bug["number"], bug["title"]) for bug in listed] == [
        ("pictured", number, title) for number, title in enumerate(launchpad_folder.titles(double)[:3], start=1)
    ]
    assert {request.method for request in double.requests} == {"GET"}


def test_bugs_on_launchpad_are_changed_there(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    said = folder.play("bugs", "set-status", "1", "Invalid")
    assert (said.code, said.err) == (1, "covbot: pictured: its bugs live on Launchpad, where people change them\n")


def test_check_says_who_covbot_is_and_whether_it_may_file_there(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    said = folder.play("check")
    assert said.code == 0
    assert said.out.splitlines()[-1] == (
        f"works  tracker of pictured: bugs live at {double.root}, which is neither production nor staging; "
        "tag 'covbot' is sound; tag 'testing' is sound; covbot works as ~covbot; this machine's clock is right; "
        "pictured takes bugs on Launchpad, and anybody may file them; "
        "not among the official tags of pictured, which is allowed: covbot, testing"
    )
    assert {request.method for request in double.requests} == {"GET"}


def test_check_says_everything_that_has_to_be_mended_at_once(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    double.world.persons[trackers.ME].is_team = True
    double.world.projects[trackers.PROJECT].official_bugs = False
    double.world.ahead = dt.timedelta(hours=1)
    said = folder.play("check")
    assert said.code == 1
    last = said.out.splitlines()[-1]
    assert last.startswith("fails  tracker of pictured: ~covbot is no active person: log in to Launchpad as that")
    assert "; this machine's clock is off by 3" in last
    assert "; pictured does not use Launchpad for bugs: ask its maintainers where bugs belong" in last


def test_a_tag_that_launchpad_would_refuse_is_refused_before_it_is_asked(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    settings = (tmp_path / "covbot.toml").read_text()
    (tmp_path / "covbot.toml").write_text(settings.replace('"testing"', '"Not_Sound"'))
    said = folder.play("check")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "Not_Sound" in said.err
    assert double.requests == []


def decide_at(double: Double, look: int, person: str) -> None:
    """A person decides when the program looks for the nth time whether they did."""
    looks: list[Request] = []

    def watch(what: str, request: Request) -> None:
        if what == "received" and request.place == "/+access-token":
            looks.append(request)
            if len(looks) == look:
                for key in double.doors.waiting:
                    double.doors.decide(key, person)

    double.watch = watch


def test_login_shows_where_to_decide_waits_and_writes_a_private_file(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    (tmp_path / "credentials").unlink()
    decide_at(double, 2, trackers.ME)
    said = folder.play("login")
    assert said.code == 0
    shown = re.search(rf"^  ({re.escape(double.root)}\+authorize-token\?\S+)$", said.out, re.MULTILINE)
    assert shown
    assert parse_qs(urlsplit(shown[1]).query)["allow_permission"] == ["WRITE_PUBLIC"]
    path = tmp_path / "credentials"
    assert said.out.endswith(f"wrote {path}; `covbot check` tells whether covbot can work with it\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [request.place for request in double.requests] == ["/+request-token", "/+access-token", "/+access-token"]
    assert folder.play("run").out.count("filed bug") == 3


def test_login_says_that_a_file_was_replaced(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    decide_at(double, 1, trackers.ME)
    said = folder.play("login")
    assert f"wrote {tmp_path / 'credentials'} in place of the one that was there;" in said.out


def test_login_that_is_declined_leaves_the_old_file_as_it_was(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.settle(tmp_path, double)
    before = (tmp_path / "credentials").read_text()
    decide_at(double, 1, "")
    said = folder.play("login")
    assert (said.code, said.err.count("\n")) == (1, 1)
    assert "access was declined" in said.err
    assert (tmp_path / "credentials").read_text() == before


def test_login_does_not_wait_for_good() -> None:
    with pytest.raises(errors.CannotUseTracker, match="nobody decided in time, and nothing was written"):
        login.make_waiter(patience=0)()
