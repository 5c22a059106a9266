"""The commands on a project whose bugs are on Launchpad."""

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


@pytest.mark.parametrize(("mode", "command"), [("live", "plan"), ("observe", "plan"), ("observe", "run")])
def test_law_15_plan_and_observe_mode_send_nothing_but_get(
    double: Double, tmp_path: Path, mode: str, command: str
) -> None:
    """There is a bug to file, and one to close."""
    folder = launchpad_folder.create_folder(tmp_path, double)
    assert "3 writes to the tracker" in folder.invoke("run").out
    launchpad_folder.add_two_builds(
        folder, 3, {"pkg/a.py": "....", "pkg/b.py": ".xxx", "pkg/c.py": ".x", "pkg/d.py": ".x"}
    )
    launchpad_folder.write_settings(tmp_path, double, mode=mode)
    before = repr(double.world.bugs)
    double.requests.clear()
    document = folder.invoke(command, "--format", "json").documents[0]
    assert {action["action"] for action in document["actions"]} >= {"SetStatus", "CommentOnBug"}
    assert {request.method for request in double.requests} == {"GET"}
    assert repr(double.world.bugs) == before


def test_law_15_what_is_planned_is_what_a_live_run_then_does(double: Double, tmp_path: Path) -> None:
    """The plan that wrote nothing was not empty."""
    folder = launchpad_folder.create_folder(tmp_path, double)
    assert folder.invoke("plan").out.count("would file") == 3
    assert {request.method for request in double.requests} == {"GET"}
    assert folder.invoke("run").out.count("filed bug") == 3
    assert {request.method for request in double.requests} == {"GET", "POST"}


def test_bugs_lists_them_as_launchpad_shows_them_and_only_reads(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    folder.invoke("run")
    double.people.assign("vera", 2, "vera", target=trackers.PROJECT)
    double.people.file(trackers.ACCOUNT, "another matter", "of the same account", target=trackers.PROJECT)
    double.requests.clear()
    rows = [line.split()[:3] for line in folder.invoke("bugs").out.splitlines()[1:] if line[:1].isdigit()]
    assert rows == [["1", "New", "nobody"], ["2", "New", "vera"], ["3", "New", "nobody"]]
    listed = folder.invoke("bugs", "--format", "json").documents
    assert [(bug["project"], bug["number"], bug["title"]) for bug in listed] == [
        ("pictured", number, title) for number, title in enumerate(launchpad_folder.list_titles(double)[:3], start=1)
    ]
    assert {request.method for request in double.requests} == {"GET"}


def test_bugs_on_launchpad_are_changed_there(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    result = folder.invoke("bugs", "set-status", "1", "Invalid")
    assert (result.code, result.err) == (1, "covbot: pictured: its bugs live on Launchpad, where people change them\n")


def test_check_reports_who_covbot_is_and_whether_it_may_file_there(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    result = folder.invoke("check")
    assert result.code == 0
    assert result.out.splitlines()[-1] == (
        f"works  tracker of pictured: bugs live at {double.root}, which is neither production nor staging; "
        "tag 'covbot' is sound; tag 'testing' is sound; covbot works as ~covbot; this machine's clock is right; "
        "pictured takes bugs on Launchpad, and anybody may file them; "
        "not among the official tags of pictured, which is allowed: covbot, testing"
    )
    assert {request.method for request in double.requests} == {"GET"}


def test_check_reports_everything_that_has_to_be_fixed_at_once(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    double.world.persons[trackers.ACCOUNT].is_team = True
    double.world.projects[trackers.PROJECT].official_bugs = False
    double.world.clock_offset = dt.timedelta(hours=1)
    result = folder.invoke("check")
    assert result.code == 1
    last = result.out.splitlines()[-1]
    assert last.startswith("fails  tracker of pictured: ~covbot is no active person: log in to Launchpad as that")
    assert "; this machine's clock is off by 3" in last
    assert "; pictured does not use Launchpad for bugs: ask its maintainers where bugs belong" in last


def test_a_tag_that_launchpad_would_refuse_is_refused_before_it_is_asked(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    settings = (tmp_path / "covbot.toml").read_text()
    (tmp_path / "covbot.toml").write_text(settings.replace('"testing"', '"Not_Sound"'))
    result = folder.invoke("check")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "Not_Sound" in result.err
    assert double.requests == []


def decide_at(double: Double, nth: int, person: str) -> None:
    """Let a person decide when the program asks for the nth time whether they did."""
    polls: list[Request] = []

    def watch_polls(event: str, request: Request) -> None:
        if event == "received" and request.place == "/+access-token":
            polls.append(request)
            if len(polls) == nth:
                for key in double.doors.request_tokens:
                    double.doors.decide(key, person)

    double.watch = watch_polls


def test_login_shows_the_address_waits_and_writes_a_private_file(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    (tmp_path / "credentials").unlink()
    decide_at(double, 2, trackers.ACCOUNT)
    result = folder.invoke("login")
    assert result.code == 0
    shown = re.search(rf"^  ({re.escape(double.root)}\+authorize-token\?\S+)$", result.out, re.MULTILINE)
    assert shown
    assert parse_qs(urlsplit(shown[1]).query)["allow_permission"] == ["WRITE_PUBLIC"]
    path = tmp_path / "credentials"
    assert result.out.endswith(f"wrote {path}; `covbot check` tells whether covbot can work with it\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [request.place for request in double.requests] == ["/+request-token", "/+access-token", "/+access-token"]
    assert folder.invoke("run").out.count("filed bug") == 3


def test_login_reports_that_a_file_was_replaced(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    decide_at(double, 1, trackers.ACCOUNT)
    result = folder.invoke("login")
    assert f"wrote {tmp_path / 'credentials'} in place of the one that was there;" in result.out


def test_login_that_is_declined_leaves_the_old_file_as_it_was(double: Double, tmp_path: Path) -> None:
    folder = launchpad_folder.create_folder(tmp_path, double)
    before = (tmp_path / "credentials").read_text()
    decide_at(double, 1, "")
    result = folder.invoke("login")
    assert (result.code, result.err.count("\n")) == (1, 1)
    assert "access was declined" in result.err
    assert (tmp_path / "credentials").read_text() == before


def test_login_does_not_wait_for_good() -> None:
    with pytest.raises(errors.CannotUseTracker, match="nobody decided in time, and nothing was written"):
        login.make_waiter(patience=0)()
