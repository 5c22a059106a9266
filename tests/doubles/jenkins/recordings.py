"""Read the recorded exchanges with real servers, requests and answers."""

from __future__ import annotations

import lzma
import re
from dataclasses import dataclass
from pathlib import Path

DATA_FOLDER = Path(__file__).parents[2] / "data" / "jenkins"
_OPTION = re.compile(
    r"-u (?P<user>\S+)|-H (?P<header>[^:]+: .*?)(?= -[a-zA-Z] | http://|$)|-(?P<flag>[IL])(?= )|-X (?P<verb>\S+)"
)


@dataclass(frozen=True)
class Exchange:
    """A request and its answer; `headers` are in the order of the answer, `body` is as far as it was recorded."""

    title: str
    path: str
    head: bool
    user: str | None
    sent: tuple[tuple[str, str], ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def cut_head(self) -> bool:
        """Whether the recording ends within the headers."""
        return not self.body

    @property
    def cut_length(self) -> bool:
        """Whether the recording ends within the length."""
        return any(name == "Content-Length" and not value.isdecimal() for name, value in self.headers)


def read_exchanges(name: str) -> dict[str, Exchange]:
    """Return the exchanges of a recording by title, the later one of two with the same title."""
    text = lzma.decompress((DATA_FOLDER / f"{name}.txt.xz").read_bytes()).decode().replace("\r\n", "\n")
    blocks = re.split(r"^### ", text, flags=re.MULTILINE)[1:]
    exchanges = (_parse_exchange(block) for block in blocks if "\nHTTP/1.1 " in block)
    return {exchange.title: exchange for exchange in exchanges}


def read_texts(name: str) -> dict[str, str]:
    """Return the bare answers of a recording, by title."""
    text = lzma.decompress((DATA_FOLDER / f"{name}.txt.xz").read_bytes()).decode().replace("\r\n", "\n")
    parts = re.split(r"^### (.*)\n", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _parse_exchange(block: str) -> Exchange:
    title, _newline, answer = block.partition("\n")
    address = title[title.index("http://127.0.0.1") :]
    options = list(_OPTION.finditer(title[: title.index("http://127.0.0.1")]))
    head, _blank, body = answer.partition("\n\n")
    status, *lines = head.splitlines()
    pairs = tuple((name, value) for name, _colon, value in (line.partition(": ") for line in lines) if value)
    headers = tuple(tuple(option["header"].strip().split(": ", 1)) for option in options if option["header"])
    return Exchange(
        title=title.replace("http://127.0.0.1:18081", "").replace("http://127.0.0.1:18080", "").strip(),
        path=address.split("/", 3)[3],
        head=any(option["flag"] == "I" for option in options),
        user=next((option["user"] for option in options if option["user"]), None),
        sent=tuple((name, value) for name, value in headers),
        status=int(status.split()[1]),
        headers=pairs,
        body=body,
    )
