"""What a source text imports, by dotted names, as far as its imports look like ones: no text is parsed for it."""

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
    """The dotted names in what looks like an import of the text at a path: modules, and what is taken from them."""
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
    """The dotted name of what a file imports from, with the dots that lead up from its own folder worked out."""
    level = len(origin) - len(origin.lstrip("."))
    if not level:
        return origin
    folders = posixpath.dirname(path).split("/")
    return ".".join([*folders[: len(folders) - level + 1], *filter(None, [origin.lstrip(".")])])
