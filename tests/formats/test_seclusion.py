"""Whatever a report names, reading it opens no file, no connection and no program."""

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


def test_reading_asks_the_system_for_nothing() -> None:
    events: list[str] = []
    listening = False

    def hear(event: str, _arguments: object) -> None:
        if listening and event.startswith(OUTWARD):
            events.append(event)

    read_all()  # so that what Python itself loads when first used is there
    sys.addaudithook(hear)  # it stays, and hears nothing more, once this test is over
    listening = True
    read_all()
    listening = False
    assert events == []
    listening = True
    with open(__file__, "rb"):  # noqa: PTH123 -- the hook does hear
        listening = False
    assert events == ["open"]
