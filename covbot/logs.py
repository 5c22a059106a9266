"""The log of covbot: events named `noun.verb`, with fields, on stderr; and tracebacks in a file."""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable, Mapping, MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from covbot.core import display

if TYPE_CHECKING:
    from structlog.typing import Processor

LARGEST_FILE = 1_000_000
"""The size in bytes above which the file of tracebacks is replaced by a new one."""
HIDDEN = "[hidden]"
_SENSITIVE = r"(?:token|secret|password|signature|authorization)"
_SENSITIVE_KEY = re.compile(_SENSITIVE, re.IGNORECASE)
_SENSITIVE_VALUE = re.compile(
    rf"({_SENSITIVE}[\w-]{{0,30}}[\"']?\s{{0,3}}[=:]\s{{0,3}})(\"[^\"]*\"|'[^']*'|[^\s&,;]+)", re.IGNORECASE
)
_HEADER = re.compile(r"(authorization[\"']?\s{0,3}[=:]).*", re.IGNORECASE)
_USERINFO = re.compile(r"(://)[^/?#\s]*@")
_LOG = logging.getLogger("covbot")
_LOG.addHandler(logging.NullHandler())


def configure(
    *, stream: TextIO | None = None, as_json: bool | None = None, verbose: bool = False, quiet: bool = False
) -> None:
    """Start to log, to stderr unless a stream is given, as JSON if that is no terminal, unless `as_json` is given.

    `verbose` logs more, and `quiet` warnings alone.

    Until this is called nothing is logged, and structlog is not imported. The last call counts. Warnings of the
    libraries in use are logged, too.
    """
    from structlog import stdlib  # noqa: PLC0415 -- slow to import, and needed only for logging

    out = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(out)
    handler.set_name(_LOG.name)
    json = not out.isatty() if as_json is None else as_json
    handler.setFormatter(stdlib.ProcessorFormatter(processors=_list_processors(out, as_json=json)))
    root = logging.getLogger()
    for previous in [known for known in root.handlers if known.get_name() == _LOG.name]:
        root.removeHandler(previous)
    root.addHandler(handler)
    _LOG.setLevel(logging.DEBUG if verbose else logging.WARNING if quiet else logging.INFO)


def _list_processors(out: TextIO, *, as_json: bool) -> list[Processor]:
    from structlog import dev, processors, stdlib  # noqa: PLC0415 -- as in configure

    colors = out.isatty() and not os.environ.get("NO_COLOR")
    console = dev.ConsoleRenderer(colors=colors, exception_formatter=dev.plain_traceback, sort_keys=False)
    return [
        _extract_fields,
        stdlib.ProcessorFormatter.remove_processors_meta,
        stdlib.add_log_level,
        processors.TimeStamper(fmt="iso", utc=True),
        processors.format_exc_info,
        _redact_event,
        *((processors.JSONRenderer(),) if as_json else (_escape_event, console)),
    ]


def debug(event: str, /, **fields: object) -> None:
    """Log an event that only `verbose` shows."""
    _LOG.debug("%s", event, extra={"fields": fields})


def info(event: str, /, **fields: object) -> None:
    """Log an event `noun.verb` with its fields; secrets among them are hidden."""
    _LOG.info("%s", event, extra={"fields": fields})


def warning(event: str, /, **fields: object) -> None:
    """Log an event that an operator should look at."""
    _LOG.warning("%s", event, extra={"fields": fields})


def fault(event: str, /, **fields: object) -> None:
    """Log a fault of covbot's own, with the traceback of the exception that is being handled."""
    _LOG.error("%s", event, extra={"fields": fields}, exc_info=True)


def keep_traceback() -> Path | None:
    """Append the traceback of the exception that is being handled to covbot's log file, and return its path.

    The file is `covbot/covbot.log` under `$XDG_STATE_HOME` (else `~/.local/state`), readable by its owner alone. Return
    None if it cannot be written.
    """
    text = f"{dt.datetime.now(dt.UTC).isoformat()}\n{redact(traceback.format_exc())}\n"
    try:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        path = Path(home) / "covbot" / "covbot.log"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > LARGEST_FILE:
            path.replace(path.with_suffix(".log.1"))
        with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab") as file:  # noqa: PTH123 -- of a descriptor
            file.write(text.encode("utf-8", "backslashreplace"))
    except (OSError, RuntimeError):
        return None
    return path


def redact(text: str) -> str:
    """Return the text without possible secrets: the userinfo of URLs, and values named token, password and so on."""
    text = _USERINFO.sub(rf"\g<1>{HIDDEN}@", text)
    text = _HEADER.sub(rf"\g<1> {HIDDEN}", text)
    return _SENSITIVE_VALUE.sub(rf"\g<1>{HIDDEN}", text)


def _extract_fields(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record: logging.LogRecord = event["_record"]
    fields = {"logger": record.name} if record.name != _LOG.name else getattr(record, "fields", {})
    return {**event, **{key: value for key, value in fields.items() if key not in event}}


def _redact_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _redact_value(key, value) for key, value in event.items()}


def _redact_value(key: str, value: object) -> object:
    if _SENSITIVE_KEY.search(key):
        return HIDDEN
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(name): _redact_value(str(name), inner) for name, inner in value.items()}
        case str():
            return redact(value)
        case Iterable():
            return [_redact_value(key, inner) for inner in value]
        case _:
            return redact(str(value))


def _escape_event(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {display.escape(key): _escape_value(key, value) for key, value in event.items()}


def _escape_value(key: str, value: object) -> str:
    lines = str(value).split("\n") if key == "exception" else [str(value)]
    return "\n".join(display.escape(line) for line in lines)
