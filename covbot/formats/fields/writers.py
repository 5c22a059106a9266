"""The programs that write reports, by name and version."""

from __future__ import annotations

import re
from typing import Final

_VERSION: Final = re.compile(r"[0-9][\w.+-]{0,40}", re.ASCII)


UNKNOWN: Final = "unknown"
"""The name of a writer that a report does not name."""


def describe_empty(writer: str) -> str:
    """Return, as the predicate of a sentence, that a report of this writer holds no file."""
    return f"holds no file ({f'its writer is {writer}' if writer != UNKNOWN else 'nothing in it names its writer'})"


def name_coverage_py(version: str) -> str:
    """Return the name coverage.py, with the version if the text looks like one."""
    return f"coverage.py {version}" if _VERSION.fullmatch(version) else "coverage.py"
