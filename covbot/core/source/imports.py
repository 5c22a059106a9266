"""The dotted names that a source text imports, found by pattern: the text is not parsed."""

from __future__ import annotations

import posixpath
import re

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<origin>[\w.]+)[ \t]+import\b[ \t]*(?P<names>\([^)]*\)|(?:[^\n\\]|\\\n)*)"
    r"|import[ \t]+(?P<modules>[^\n#]+))",
    re.MULTILINE,
)
_NAME = re.compile(r"([\w.]+)(?:\s+as\s+\w+)?\s*(?:,|$)")


def find_imported_names(text: str, path: str) -> set[str]:
    """Return the dotted names of the modules, and of the names in them, that the text at a path seems to import."""
    found: set[str] = set()
    for match in _IMPORT.finditer(text):
        if match["modules"]:
            found.update(_NAME.findall(match["modules"].strip()))
            continue
        origin = resolve_origin(match["origin"], path)
        names = _NAME.findall(re.sub(r"#[^\n]*|[()\\]", " ", match["names"]).strip())
        found.add(origin)
        found.update(f"{origin}.{name}" for name in names)
    return found


def resolve_origin(origin: str, path: str) -> str:
    """Return the dotted name of the module or package that a file imports from, with leading dots resolved."""
    level = len(origin) - len(origin.lstrip("."))
    if not level:
        return origin
    folders = posixpath.dirname(path).split("/")
    return ".".join([*folders[: len(folders) - level + 1], *filter(None, [origin.lstrip(".")])])
