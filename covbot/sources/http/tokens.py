"""A token in a file that nobody but covbot may read."""

from __future__ import annotations

import stat
from pathlib import Path

from covbot.errors import CannotFetch

LONGEST = 4096
"""Bytes of a token at most."""

_KEEPER = "whoever keeps covbot.toml (token_file)"


def read_token(path: str) -> str:
    """The token that is all that a file holds; CannotFetch, which never quotes it, if it can be read by everybody."""
    try:
        with Path(path).open("rb") as file:
            facts = Path(path).stat()
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise CannotFetch(f"{path}: the token cannot be read: {error.strerror}; {_KEEPER}") from error
    if facts.st_mode & stat.S_IROTH:
        raise CannotFetch(f"{path}: everybody on this machine can read the token; chmod o-rwx makes it covbot's alone")
    token = content.decode("utf-8", "replace").strip()
    if not token or len(content) > LONGEST or "\ufffd" in token or not token.isprintable():
        raise CannotFetch(f"{path}: holds no token, which is one line and nothing else; {_KEEPER}")
    return token
