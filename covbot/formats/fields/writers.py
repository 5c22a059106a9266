"""The programs that write reports, by name and version."""

from __future__ import annotations

import re
from typing import Final

_VERSION: Final = re.compile(r"[0-9][\w.+-]{0,40}", re.ASCII)


def name_coverage_py(version: str) -> str:
    """coverage.py with its version, if that looks like one."""
    return f"coverage.py {version}" if _VERSION.fullmatch(version) else "coverage.py"
