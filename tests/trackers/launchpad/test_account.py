"""The authorisation of covbot, the check of its account, and that no secret is ever repeated."""

from __future__ import annotations

import gc
import logging
import stat
import tempfile
import threading
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve

from covbot import errors
from covbot.trackers.launchpad import account
from covbot.trackers.launchpad.access import Access
from covbot.trackers.launchpad.tracker import Launchpad
from doubles.launchpad import pictures
from doubles.launchpad.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from doubles.launchpad.server import Double


def log_in(double: Double, path: Path, decide: Callable[[str], object], *, after: int = 3) -> list[str]:
    """Log in while a person decides at the nth poll; return the URLs that were shown."""
    shown: list[str] = []
    calls = iter(range(1, 99))

    def wait() -> None:
        if next(calls) == after:
            decide(parse_qs(urlsplit(shown[0]).query)["oauth_token"][0])

    account.login(double.root, path, shown.append, wait)
    return shown


def test_a_login_shows_the_url_to_decide_at_and_writes_a_file_for_its_owner_alone(
    double: Double, tmp_path: Path
) -> None:
    path = tmp_path / "credentials"
    path.write_text("an old one")
    (url,) = log_in(double, path, lambda key: double.doors.decide(key, pictures.ACCOUNT))
    assert url.startswith(f"{double.root}+authorize-token?oauth_token=")
    assert url.endswith("&allow_permission=WRITE_PUBLIC")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["credentials"]
    tracker = Launchpad(Access(service_root=double.root, credentials=path, retry_wait=0, read_only=False), "nova")
    assert double.people.bug(tracker.act(pictures.make_file_action()).number).owner == pictures.ACCOUNT


def test_a_login_that_is_declined_writes_nothing(double: Double, tmp_path: Path) -> None:
    with pytest.raises(errors.CannotUseTracker, match="access was declined"):
        log_in(double, tmp_path / "credentials", lambda key: double.doors.decide(key, ""))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("nth", [1, 2])
def test_a_login_at_a_server_that_fails_is_reported(double: Double, tmp_path: Path, nth: int) -> None:
    double.fail(Fault.RESET, nth=nth)
    with pytest.raises(errors.CannotUseTracker, match="cannot be reached to ask for access"):
        log_in(double, tmp_path / "credentials", lambda key: double.doors.decide(key, pictures.ACCOUNT))


def test_a_login_that_cannot_write_its_file_names_the_file(double: Double, tmp_path: Path) -> None:
    with pytest.raises(errors.CannotUseTracker, match=r"nowhere/credentials: the credentials cannot be written"):
        log_in(double, tmp_path / "nowhere" / "credentials", lambda key: double.doors.decide(key, pictures.ACCOUNT))
    (tmp_path / "folder").mkdir()
    with pytest.raises(errors.CannotUseTracker, match=r"folder: the credentials cannot be written"):
        log_in(double, tmp_path / "folder", lambda key: double.doors.decide(key, pictures.ACCOUNT))
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def list_findings(
    double: Double, folder: Path, *, project: str = "nova", tags: tuple[str, ...] = ("testing",), off: int = 0
) -> dict[str, str]:
    """Return each result of the check with its fix, which is empty if the result is good."""
    now = datetime.now(UTC) + timedelta(seconds=off)
    found = account.check_account(pictures.make_access(double, folder), project, tags, now)
    assert all(bool(finding.fix) is not finding.good for finding in found)
    return {finding.text: finding.fix for finding in found}


def test_an_account_that_can_work_is_found_good_without_any_write(double: Double, tmp_path: Path) -> None:
    assert list(list_findings(double, tmp_path)) == [
        f"bugs live at {double.root}, which is neither production nor staging",
        "tag 'testing' is sound",
        "covbot works as ~covbot",
        "this machine's clock is right",
        "nova takes bugs on Launchpad, and anybody may file them",
    ]
    assert {request.method for request in double.requests} == {"GET"}


@pytest.mark.parametrize(
    ("project", "text"),
    [("notracker", "notracker does not use Launchpad for bugs"), ("nowhere", "there is no project nowhere")],
)
def test_a_project_that_does_not_use_launchpad_for_bugs_is_reported(
    double: Double, tmp_path: Path, project: str, text: str
) -> None:
    assert list_findings(double, tmp_path, project=project)[text]


def test_a_project_that_is_closed_or_private_is_reported(double: Double, tmp_path: Path) -> None:
    nova = double.world.projects["nova"]
    nova.information_type = "Proprietary"
    assert "nova is not public: covbot could not see its own bugs" in list_findings(double, tmp_path)
    nova.active = False
    assert "there is no project nova" in list_findings(double, tmp_path)


def test_a_tag_that_launchpad_refuses_and_one_that_is_not_official_are_reported(double: Double, tmp_path: Path) -> None:
    found = list_findings(double, tmp_path, tags=("Bad_Tag", "unheard-of", "api"))
    assert found["tag 'Bad_Tag': Launchpad refuses it, and every bug that bears it"]
    assert "not among the official tags of nova, which is allowed: Bad_Tag, unheard-of" in found


def test_a_clock_that_is_off_is_reported(double: Double, tmp_path: Path) -> None:
    found = list_findings(double, tmp_path, off=3600)
    assert next(fix for text, fix in found.items() if "clock is off by 3" in text)


def test_the_clock_is_not_checked_against_a_server_that_sends_no_time(double: Double, tmp_path: Path) -> None:
    double.sends_date = False
    assert not [text for text in list_findings(double, tmp_path, off=3600) if "clock" in text]


def test_a_token_that_becomes_invalid_while_the_account_is_read_is_reported(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    double.watch = lambda _moment, request: (
        double.service.tokens.clear() if request.place == "/devel/people/+me" else None
    )
    with pytest.raises(errors.CannotUseTracker, match="Unknown access token"):
        tracker.listing()


def test_a_team_is_no_account(double: Double, tmp_path: Path) -> None:
    double.world.persons[pictures.ACCOUNT].is_team = True
    assert list_findings(double, tmp_path)["~covbot is no active person"]


def test_an_account_that_is_not_accepted_is_reported_and_nothing_more_is_requested(
    double: Double, tmp_path: Path
) -> None:
    access = pictures.make_access(double, tmp_path)
    double.service.tokens.clear()
    last = account.check_account(access, "nova", (), datetime.now(UTC))[-1]
    assert (last.good, last.text) == (
        False,
        "Launchpad does not accept the account: Unknown access token; run `covbot login` once more",
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("production", "production"),
        ("https://api.launchpad.net", "production"),
        ("staging", "staging"),
        ("https://api.qastaging.launchpad.net/", "staging"),
    ],
)
def test_production_and_staging_are_distinguished(tmp_path: Path, name: str, kind: str) -> None:
    access = Access(service_root=name, credentials=tmp_path / "none", retry_wait=0)
    first, second = account.check_account(access, "nova", (), datetime.now(UTC))
    assert first.text.endswith(f"which is {kind}")
    assert "no readable credentials file" in second.text


def test_a_service_root_that_is_none_is_reported(tmp_path: Path) -> None:
    access = Access(service_root="nonsense", credentials=tmp_path / "none")
    with pytest.raises(errors.CannotUseTracker, match="service_root 'nonsense': give a URL"):
        account.check_account(access, "nova", (), datetime.now(UTC))


@pytest.mark.parametrize("content", ["", "[1]\n", "[1]\nconsumer_key = covbot\nsecret-9f8e", "[1]\naccess_token = %(x"])
def test_a_credentials_file_that_is_none_is_reported_without_its_content(
    double: Double, tmp_path: Path, content: str
) -> None:
    access = pictures.make_access(double, tmp_path)
    access.credentials.write_text(content)
    with pytest.raises(errors.CannotUseTracker, match=r"credentials: no readable credentials file") as caught:
        Launchpad(access, "nova").listing()
    assert "9f8e" not in "".join(traceback.format_exception(caught.value))


ACCOUNT_ERRORS = ["Expired token", "Invalid token", "Unknown access token", "Inactive account", "Unauthorized token"]


@pytest.mark.parametrize("state", ACCOUNT_ERRORS)
@pytest.mark.parametrize("write", [False, True])
def test_an_account_with_an_error_ends_the_pass(double: Double, tmp_path: Path, state: str, write: bool) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    tracker.listing()
    (token,) = double.service.tokens.values()
    token.state = state
    with pytest.raises(errors.CannotUseTracker, match=f"does not accept the account: {state}; run `covbot login`"):
        tracker.act(pictures.make_file_action()) if write else tracker.listing().bugs


def test_a_token_that_may_only_read_is_refused_its_writes_one_by_one(double: Double, tmp_path: Path) -> None:
    number = double.people.file(pictures.ACCOUNT, pictures.TITLE, pictures.make_text())
    access = evolve(pictures.make_access(double, tmp_path), read_only=False)
    double.write_credentials(access.credentials, pictures.ACCOUNT, level="READ_PUBLIC")
    with pytest.raises(errors.WriteRefused, match=r"401 \(<Bug object>, 'newMessage', 'launchpad.Append'\)"):
        Launchpad(access, "nova").act(pictures.make_comment_action(number))


@pytest.mark.parametrize("fault", [None, *Fault])
def test_no_secret_is_in_any_error_or_log(
    double: Double, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    """A secret is neither in the error with all its causes, nor in what any library logs, whatever the fault."""
    caplog.set_level(logging.DEBUG)
    access = evolve(pictures.make_access(double, tmp_path, timeout=0.3), read_only=False)
    tracker = Launchpad(access, "nova")
    tracker.listing()
    ((key, token),) = double.service.tokens.items()
    if fault is None:
        double.service.tokens.clear()
    else:
        double.fail(fault, times=99)
    output = caplog.text
    for call in (tracker.listing, lambda: tracker.look(1), lambda: tracker.act(pictures.make_file_action())):
        with pytest.raises(errors.CovbotError) as caught:
            call()
        output += "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    output += caplog.text
    assert key not in output
    assert token.secret not in output


def test_a_response_that_repeats_a_secret_is_quoted_without_it(double: Double, tmp_path: Path) -> None:
    tracker = pictures.connect_tracker(double, tmp_path)
    tracker.listing()
    ((key, _),) = double.service.tokens.items()
    action = pictures.make_file_action()
    with pytest.raises(errors.WriteRefused, match=r"\*\*\*") as caught:
        tracker.act(evolve(action, tags=(f"X{key}",)))
    assert key not in str(caught.value)


def test_a_connection_leaves_nothing_behind(double: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache directory of a thread is removed when the thread ends."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tracker = pictures.connect_tracker(double, tmp_path)
    caches: list[list[str]] = []

    def list_bugs() -> None:
        tracker.listing()
        caches.append([path.name for path in tmp_path.glob("covbot-launchpad-*")])

    thread = threading.Thread(target=list_bugs)
    thread.start()
    thread.join()
    del thread
    gc.collect()
    assert len(caches[0]) == 1
    assert list(tmp_path.glob("covbot-launchpad-*")) == []
