"""Whatever a report names, reading it opens no file and no connection, and starts no program."""

from __future__ import annotations

import contextlib
import io
import sys

from covbot.errors import CannotReadReport
from covbot.formats import reading
from formats import corpus

REPORTS = [data for name in ("reports.tar.xz", "hostile.tar.xz") for data in corpus.load(name)[0].values()]
NAMED = (
    b'{"meta": {"version": "7"}, "files": {"/etc/passwd": {"executed_lines": [1], "missing_lines": []}}}',
    b"SF:/etc/passwd\nDA:1,1\nend_of_record\n",
    b'<coverage><sources><source>/etc</source></sources><packages><class filename="passwd"/></packages></coverage>',
)
OUTWARD = ("open", "os.", "socket.", "subprocess.", "urllib.", "sqlite3.", "pickle.", "shutil.", "import", "exec")


def read_all() -> None:
    for data in (*REPORTS, *NAMED):
        with contextlib.suppress(CannotReadReport):
            reading.read(io.BytesIO(data), "it")


def test_reading_a_report_makes_no_system_call() -> None:
    events: list[str] = []
    recording = False

    def record_event(event: str, _arguments: object) -> None:
        if recording and event.startswith(OUTWARD):
            events.append(event)

    read_all()  # so that Python has loaded what it loads on first use
    sys.addaudithook(record_event)  # it cannot be removed, but records nothing after this test
    recording = True
    read_all()
    recording = False
    assert events == []
    recording = True
    with open(__file__, "rb"):  # noqa: PTH123 -- the hook does record
        recording = False
    assert events == ["open"]
