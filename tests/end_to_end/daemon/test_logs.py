"""Events are logged to stderr with their fields, without secrets or escape sequences; tracebacks are kept."""

from __future__ import annotations

import datetime as dt
import io
import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from covbot import logs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ESCAPE = "\x1b"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Yield a stream that is no terminal and to which events are logged; restore the root logger at the end."""
    root = logging.getLogger()
    before = list(root.handlers)
    stream = io.StringIO()
    logs.configure(stream=stream)
    yield stream
    root.handlers = before


def _read_events(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def _divide_by_zero() -> float:
    return 1 / 0


def test_an_event_is_one_line_of_json_with_its_fields_where_no_terminal_reads(stream: io.StringIO) -> None:
    logs.info("pass.ended", project="nova", actions=3, limit=None, builds=(33, 34), at=dt.date(2026, 8, 21))
    logs.warning("bug.unreadable", bug=7)
    (info, warning) = _read_events(stream)
    assert dt.datetime.fromisoformat(info.pop("timestamp")).tzinfo == dt.UTC
    assert info == {
        "event": "pass.ended",
        "project": "nova",
        "actions": 3,
        "limit": None,
        "builds": [33, 34],
        "at": "2026-08-21",
        "level": "info",
    }
    assert (warning["event"], warning["level"], warning["bug"]) == ("bug.unreadable", "warning", 7)


def test_the_newer_configuration_counts_alone_and_verbose_shows_more(stream: io.StringIO) -> None:
    logs.debug("page.fetched")
    newer = io.StringIO()
    logs.configure(stream=newer, verbose=True)
    logs.debug("page.fetched")
    assert stream.getvalue() == ""
    assert [event["event"] for event in _read_events(newer)] == ["page.fetched"]


def test_a_fault_comes_with_its_traceback_and_no_secret_in_it(stream: io.StringIO) -> None:
    try:
        _divide_by_zero()
    except ZeroDivisionError as error:
        error.add_note("while asking https://reader:hunter2@jenkins.example.org/")
        logs.fault("pass.failed")
    (event,) = _read_events(stream)
    assert "ZeroDivisionError: division by zero\nwhile asking https://[hidden]@jenkins" in event["exception"]


def test_warnings_of_libraries_are_logged_with_their_name_and_without_secrets(stream: io.StringIO) -> None:
    logging.getLogger("urllib3").warning("retrying %s", "https://u:hunter2@host/?token=hunter2&page=3")
    logging.getLogger("urllib3").info("not shown")
    (event,) = _read_events(stream)
    assert (event["logger"], event["event"]) == ("urllib3", "retrying https://[hidden]@host/?token=[hidden]&page=3")


def test_values_whose_key_names_a_secret_are_hidden_however_deep(stream: io.StringIO) -> None:
    logs.info(
        "login.made", **{"api-Token": "hunter2"}, headers=[{"Authorization": "Basic hunter2"}], url="http://a:hunter2@b"
    )
    assert "hunter2" not in stream.getvalue()
    (event,) = _read_events(stream)
    assert (event["api-Token"], event["headers"]) == ("[hidden]", [{"Authorization": "[hidden]"}])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("https://user:pass@word@host/path", "https://[hidden]@host/path"),
        ("mail me@example.org about https://host/@x", "mail me@example.org about https://host/@x"),
        ('Authorization: OAuth realm="a", oauth_signature="b%26c"', "Authorization: [hidden]"),
        ("{'authorization': 'Bearer abc'}\nnext line", "{'authorization': [hidden]\nnext line"),
        ('oauth_token_secret="abc", oauth_nonce="1"', 'oauth_token_secret=[hidden], oauth_nonce="1"'),
        ("password: abc; user: me", "password: [hidden]; user: me"),
        ("COVBOT_JENKINS_TOKEN='a b' x", "COVBOT_JENKINS_TOKEN=[hidden] x"),
        ("a token of trust", "a token of trust"),
    ],
)
def test_what_looks_like_a_secret_is_removed_from_a_text(text: str, kept: str) -> None:
    assert logs.redact(text) == kept


@pytest.mark.parametrize("word", ["a", "a.", "token", "://", "authorization"])
def test_a_text_of_a_million_characters_without_a_secret_is_left_as_it_is(word: str) -> None:
    text = word * (1_000_000 // len(word))
    assert logs.redact(text) == text


def _show_terminal(event: str, **fields: object) -> str:
    """Return what a real terminal receives of an event."""
    terminal, program = os.openpty()
    try:
        with os.fdopen(program, "w", encoding="utf-8") as out:
            logs.configure(stream=out)
            logs.info(event, **fields)
            out.flush()
            return os.read(terminal, 10_000).decode("utf-8")
    finally:
        os.close(terminal)


@pytest.mark.usefixtures("stream")
def test_a_terminal_gets_a_human_line_in_colour_unless_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert ESCAPE in _show_terminal("pass.ended", project="nova")
    monkeypatch.setenv("NO_COLOR", "1")
    shown = _show_terminal("pass.ended", project=f"nova{ESCAPE}[31m\n")
    assert r"project=nova\x1b[31m\n" in " ".join(shown.split())
    assert ESCAPE not in shown


@pytest.mark.usefixtures("stream")
def test_human_lines_can_be_had_without_a_terminal_and_keep_the_lines_of_a_traceback() -> None:
    out = io.StringIO()
    logs.configure(stream=out, as_json=False)
    try:
        _divide_by_zero()
    except ZeroDivisionError as error:
        error.add_note(f"bad {ESCAPE}[31m")
        logs.fault("pass.failed")
    assert out.getvalue().splitlines()[1] == "Traceback (most recent call last):"
    assert out.getvalue().splitlines()[-1] == r"bad \x1b[31m"


def test_until_configured_nothing_is_logged_and_structlog_is_not_imported() -> None:
    program = "import sys; from covbot import logs; logs.warning('a.b'); sys.exit('structlog' in sys.modules)"
    quiet = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def _keep_traceback() -> Path | None:
    try:
        _divide_by_zero()
    except ZeroDivisionError:
        return logs.keep_traceback()
    raise AssertionError


def test_tracebacks_are_kept_one_after_the_other_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = _keep_traceback()
    assert path == _keep_traceback() == tmp_path / "state" / "covbot" / "covbot.log"
    assert path.read_text(encoding="utf-8").count("ZeroDivisionError: division by zero") == 2
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_without_a_state_directory_of_its_own_the_log_is_below_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert _keep_traceback() == tmp_path / ".local" / "state" / "covbot" / "covbot.log"


def test_a_large_log_is_rotated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = tmp_path / "covbot" / "covbot.log"
    path.parent.mkdir()
    path.write_bytes(b"x" * (logs.LARGEST_FILE + 1))
    assert _keep_traceback() == path
    assert path.stat().st_size < 10_000
    assert path.with_name("covbot.log.1").stat().st_size > logs.LARGEST_FILE


def test_where_no_log_can_be_written_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    assert _keep_traceback() is None
