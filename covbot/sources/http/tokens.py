"""A token in a file that only covbot may read."""

from __future__ import annotations

import stat
from pathlib import Path

from covbot.core import byte_marks
from covbot.errors import CannotFetch

LONGEST_TOKEN = 4096
"""The greatest number of bytes of a token."""

_OPERATOR = "whoever keeps covbot.toml (token_file)"


def read_token(path: str) -> str:
    """Return the token that is a file's only content; raise CannotFetch, without it, if everybody can read the file."""
    try:
        with Path(path).open("rb") as file:
            status = Path(path).stat()
            content = file.read(LONGEST_TOKEN + 1)
    except OSError as error:
        raise CannotFetch(f"{path}: the token cannot be read: {error.strerror}; {_OPERATOR}") from error
    if status.st_mode & stat.S_IROTH:
        raise CannotFetch(f"{path}: everybody on this machine can read the token; chmod o-rwx makes it covbot's alone")
    token = byte_marks.decode_text(content, "replace").strip()
    if not token or len(content) > LONGEST_TOKEN or "\ufffd" in token or not token.isprintable():
        raise CannotFetch(f"{path}: holds no token, which is one line and nothing else; {_OPERATOR}")
    return token
