"""Values as JSON documents, and back: one line of ASCII each, and the same line for the same value.

A document that cannot be read back raises CannotUseStore: the store is damaged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from covbot.core.bugs.actions import (
    About,
    Action,
    CommentOnBug,
    EditBug,
    FileBug,
    MarkDuplicate,
    Outcome,
    Receipt,
    SetStatus,
)
from covbot.core.bugs.bug import Bug, Comment
from covbot.core.bugs.footers import Footer
from covbot.core.bugs.record import BugRecord
from covbot.core.bugs.statuses import Status
from covbot.core.builds.build import Build, DoubtKind, Measurement, Verdict
from covbot.core.builds.pending import Dismissal, PendingBuild, PendingState
from covbot.core.coverage import Numbers, Problem
from covbot.core.lines import Lines
from covbot.core.tasks.assessment import Assessment, NearbyTest, Risk
from covbot.core.tasks.gap import Gap
from covbot.core.tasks.task import Entry, Task, TaskKind
from covbot.store import codec

if TYPE_CHECKING:
    from cattrs import Converter

    from covbot.core.builds.build import Snapshot, StoredSnapshot
    from covbot.core.ledger.ledger import Ledger

T = TypeVar("T")

STORED_NAMES: dict[type, dict[str, str]] = {
    Assessment: {"nearby_test": "help"},
    BugRecord: {"listed_lines": "told"},
    Gap: {"unconfirmed": "doubtful"},
    Entry: {"record": "filed", "unconfirmed": "doubtful", "ambiguous": "blurred", "assessment": "merit"},
}
"""Fields that stores of earlier versions know by another name; the stored name stays."""


_OF_BUILDS = (Build, Measurement, Verdict, Dismissal, PendingBuild)


def _make_converter() -> Converter:
    # The values import the types of their fields for the type checker alone, so all of these are named here.
    kinds = (
        Build,
        Comment,
        BugRecord,
        Footer,
        Lines,
        Assessment,
        Measurement,
        Numbers,
        Problem,
        Risk,
        Task,
        Verdict,
        datetime,
    )
    words = (About, DoubtKind, NearbyTest, PendingState, TaskKind, Outcome, Status)
    names = {"Action": Action, "Mapping": Mapping} | {kind.__name__: kind for kind in (*kinds, *words)}
    written = (CommentOnBug, EditBug, FileBug, MarkDuplicate, SetStatus, Receipt)
    for value in (*written, *_OF_BUILDS, Bug, Comment, Entry, BugRecord, Gap, Assessment, Task):
        attrs.resolve_types(value, localns=names)
    converter = make_converter()
    converter.register_unstructure_hook(Lines, codec.write_lines)
    converter.register_structure_hook(Lines, lambda text, _: codec.read_lines(text))
    converter.register_unstructure_hook(datetime, codec.write_moment)
    converter.register_structure_hook(datetime, lambda text, _: codec.read_moment(text))
    converter.register_unstructure_hook(frozenset, sorted)
    for kind, fields in STORED_NAMES.items():
        names_of: dict[str, Any] = {field: override(rename=name) for field, name in fields.items()}
        converter.register_unstructure_hook(kind, make_dict_unstructure_fn(kind, converter, **names_of))
        converter.register_structure_hook(kind, make_dict_structure_fn(kind, converter, **names_of))
    configure_tagged_union(Action, converter, tag_name="action")
    return converter


_converter = _make_converter()


def write_document(value: object, kind: object = None) -> str:
    """The document of a value; `kind` is its declared type where that is a union."""
    return json.dumps(_converter.unstructure(value, kind), separators=(",", ":"))


@codec.reads("a document")
def read_document(text: str, kind: type[T]) -> T:
    """The value of a kind that `write` wrote."""
    return _converter.structure(json.loads(text), kind)


@codec.reads("an action")
def read_action(text: str) -> Action:
    """The action that was written as an `Action`."""
    action: Action = _converter.get_structure_hook(Action)(json.loads(text), Action)
    return action


def write_snapshot(snapshot: Snapshot | StoredSnapshot) -> str:
    """Return the document of a snapshot without the coverage of its files, in one level."""
    named = {"build": (snapshot.build, Build), "verdict": (snapshot.verdict, Verdict)}
    fields = {name: _converter.unstructure(value, kind) for name, (value, kind) in named.items()}
    return json.dumps(fields | _converter.unstructure(snapshot.measurement), separators=(",", ":"))


@codec.reads("a build")
def read_snapshot(text: str) -> tuple[Build, Verdict, Measurement]:
    """Return what `write_snapshot` wrote."""
    fields = json.loads(text)
    build, verdict = fields.pop("build"), fields.pop("verdict")
    structure = _converter.structure
    return structure(build, Build), structure(verdict, Verdict), structure(fields, Measurement)


def write_flips(ledger: Ledger) -> str:
    """The document of what a ledger knows of the last builds: their numbers, and which lines flipped in them."""
    flips = {path: {str(line): builds for line, builds in lines.items()} for path, lines in ledger.flips.items()}
    return json.dumps({"recent": ledger.recent, "flips": flips}, separators=(",", ":"), sort_keys=True)


@codec.reads("what flipped in the last builds")
def read_flips(text: str) -> tuple[dict[str, dict[int, tuple[int, ...]]], tuple[int, ...]]:
    """Flips and numbers of builds that `write_lately` wrote."""
    found = json.loads(text)
    flips = {
        path: {int(line): tuple(builds) for line, builds in lines.items()} for path, lines in found["flips"].items()
    }
    return flips, tuple(found["recent"])
