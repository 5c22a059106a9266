"""Safe XML parsing: expat checks every byte, and entities, external files and overlong tags are rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from covbot.formats import problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


LONGEST_TAG: Final = 2**20
"""The most bytes of one tag or comment."""

_CUT_OFF_CODES: Final = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
}
_JUNK_CODE: Final = expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]


def feed_parser(parser: expat.XMLParserType, blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Parse all blocks, and yield each once it is parsed; raise BadReport unless they are one whole document."""
    fed = 0
    for block in blocks:
        _parse_block(parser, block, final=False)
        fed += len(block)
        if fed - parser.CurrentByteIndex > LONGEST_TAG:
            what = f"a tag or a comment is longer than {LONGEST_TAG} bytes, which is the limit"
            raise problems.make_error(what, line=parser.CurrentLineNumber)
        yield block
    _parse_block(parser, b"", final=True)


def _parse_block(parser: expat.XMLParserType, block: bytes, *, final: bool) -> None:
    try:
        parser.Parse(block, final)
    except expat.ExpatError as error:
        raise _make_error(error, block) from error


def _make_error(error: expat.ExpatError, block: bytes) -> problems.BadReport:
    if error.code in _CUT_OFF_CODES:
        return problems.make_error("ends early: the report is cut off; fetch it again", line=error.lineno)
    if error.code == _JUNK_CODE:
        what = "something follows the end of the report, perhaps a second one"
        return problems.make_error(what, line=error.lineno)
    conflict = ", in a file with an unresolved git conflict" if b"\n<<<<<<< " in block else ""
    return problems.make_error(f"broken XML{conflict}: {expat.ErrorString(error.code)}", line=error.lineno)
