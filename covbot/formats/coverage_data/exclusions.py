"""What does not count as a statement or a branch: coverage.py's own rules, or those in a project's settings for it."""

from __future__ import annotations

import configparser
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FILES: Final = {
    ".coveragerc": "",
    ".coveragerc.toml": "",
    "setup.cfg": "[coverage:",
    "tox.ini": "[coverage:",
    "pyproject.toml": "tool.coverage",
}
"""Where coverage.py looks for its settings, in its order, and what such a file holds if it holds any."""


@frozen(kw_only=True)
class Exclusions:
    """Regular expressions: `exclude` for lines that are no statements, `partial` for those that need not branch."""

    exclude: str
    partial: str


def find_exclusions(source: Callable[[str], str | None]) -> tuple[Exclusions, str]:
    """The exclusions that the settings in a source tree name, else coverage.py's own; and what is wrong with them."""
    name, text = next(
        ((name, text) for name, mark in FILES.items() if (text := source(name)) is not None and mark in text), ("", "")
    )
    if not name:
        return _ask(None), ""
    with tempfile.TemporaryDirectory(prefix="covbot-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", errors="replace")
        found = _try(path)
    if found is None:
        return _ask(None), f"the settings for coverage.py in {name} cannot be read: its default exclusions are used"
    return found, ""


def _try(path: Path) -> Exclusions | None:
    from coverage.exceptions import CoverageException  # noqa: PLC0415  most reports need no settings of coverage.py

    try:
        return _ask(path)
    except (CoverageException, configparser.Error, re.error, ValueError, TypeError, OSError):
        return None


def _ask(path: Path | None) -> Exclusions:
    # Not by coverage.Coverage: to make one ends the measurement that this process may be under, and its list of
    # exclusions loads the plugins that the settings name.
    from coverage.config import read_coverage_config  # noqa: PLC0415  most reports need no settings of coverage.py

    settings = read_coverage_config(config_file=str(path) if path else False, warn=_hear)

    def get(*keys: str) -> list[object]:
        found = [settings.get_option(f"report:{key}") for key in keys]
        return [pattern for patterns in found if isinstance(patterns, list) for pattern in patterns]

    return Exclusions(
        exclude=_join(get("exclude_lines")), partial=_join(get("partial_branches", "partial_branches_always"))
    )


def _hear(_warning: str) -> None:
    """Leave out what coverage.py warns of, which is not what is asked."""


def _join(patterns: Iterable[object]) -> str:
    """One expression for all; of none, one that matches nothing."""
    joined = "|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"
    re.compile(joined)
    return joined
