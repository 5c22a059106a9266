"""The lines that are no statements or need not branch, by coverage.py's defaults or a project's settings for it."""

from __future__ import annotations

import configparser
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SETTINGS_FILES: Final = {
    ".coveragerc": "",
    ".coveragerc.toml": "",
    "setup.cfg": "[coverage:",
    "tox.ini": "[coverage:",
    "pyproject.toml": "tool.coverage",
}
"""The files in which coverage.py looks for its settings, in its order, and the text of a file that has any."""


@frozen(kw_only=True)
class Exclusions:
    """Two regular expressions: `exclude` for lines that are no statements, `partial` for those that need not branch."""

    exclude: str
    partial: str


def find_exclusions(read_source: Callable[[str], str | None]) -> tuple[Exclusions, str]:
    """Return the exclusions in the settings of a source tree, else coverage.py's own; and the error in the settings.

    The error is an empty text if there is none. `read_source` returns the text of a file by its name, None if it does
    not exist.
    """
    name, text = next(
        (
            (name, text)
            for name, section in SETTINGS_FILES.items()
            if (text := read_source(name)) is not None and section in text
        ),
        ("", ""),
    )
    if not name:
        return _read_rules(None), ""
    with tempfile.TemporaryDirectory(prefix="covbot-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", errors="replace")
        found = _try_rules(path)
    if found is None:
        return (
            _read_rules(None),
            f"the settings for coverage.py in {name} cannot be read: its default exclusions are used",
        )
    return found, ""


def _try_rules(path: Path) -> Exclusions | None:
    from coverage.exceptions import CoverageException  # noqa: PLC0415  most reports need no settings of coverage.py

    try:
        return _read_rules(path)
    except (CoverageException, configparser.Error, re.error, ValueError, TypeError, OSError):
        return None


def _read_rules(path: Path | None) -> Exclusions:
    # Not by coverage.Coverage: creating one ends a measurement that may be active in this process, and its list of
    # exclusions loads the plugins that the settings name.
    from coverage.config import read_coverage_config  # noqa: PLC0415  most reports need no settings of coverage.py

    settings = read_coverage_config(config_file=str(path) if path else False, warn=_ignore_warning)

    def get_patterns(*keys: str) -> list[object]:
        found = [settings.get_option(f"report:{key}") for key in keys]
        return [pattern for patterns in found if isinstance(patterns, list) for pattern in patterns]

    return Exclusions(
        exclude=_join_patterns(get_patterns("exclude_lines")),
        partial=_join_patterns(get_patterns("partial_branches", "partial_branches_always")),
    )


def _ignore_warning(_warning: str) -> None:
    """Ignore a warning of coverage.py, which is not about exclusions."""


def _join_patterns(patterns: Iterable[object]) -> str:
    """Return one expression for all patterns; for none, one that matches nothing. Raise re.error if one is invalid."""
    joined = "|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)"
    re.compile(joined)
    return joined
