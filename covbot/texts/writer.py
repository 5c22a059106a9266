"""The writer of bugs: renders the templates, and holds what they give inside the limits of a tracker."""

from __future__ import annotations

import collections
import traceback
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import jinja2
from attrs import frozen
from jinja2 import sandbox

import covbot
from covbot.core import display
from covbot.core.advice.analysis import NO_ANALYSIS
from covbot.core.bugs.actions import About
from covbot.core.bugs.marker import LONGEST_MARKER, Marker, add_marker
from covbot.errors import CannotRender
from covbot.texts import fields, sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from covbot.core.advice.analysis import TaskAnalysis
    from covbot.core.bugs.footers import Footer
    from covbot.core.builds.build import Build
    from covbot.core.project import ProjectInfo
    from covbot.core.tasks.task import Entry
    from covbot.texts.fields import TemplateFields

TEMPLATES = (
    "title.txt",
    "description.txt",
    "first-test.txt",
    "covered.txt",
    "closing.txt",
    "gone.txt",
    "done.txt",
    "again.txt",
    "still-missing.txt",
    "seen.txt",
)
"""The names of all templates."""

LONGEST_TEXT = 50_000
"""Characters of a description at most, as Launchpad counts; and of a comment, which it does not bound."""


@frozen(kw_only=True)
class Words:
    """All that is said of a task: a title of one line, the description with its footer, comments that may be due."""

    title: str
    description: str
    comments: Mapping[About, str]


class Writer:
    """Writes by the packaged templates, and by those of a directory, which win file by file."""

    def __init__(self, directory: Path | None = None) -> None:
        """Read and compile all templates; CannotRender with the name and line of one that is broken."""
        self._folders = [str(folder) for folder in (directory, _find_packaged()) if folder]
        environment = sandbox.ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(self._folders),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # plain text, in which a tracker makes no markup
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates = {name: _compile(environment, name) for name in TEMPLATES}

    def describe(
        self,
        entry: Entry,
        project: ProjectInfo,
        builds: Sequence[Build],
        footer: Footer,
        *,
        analysis: TaskAnalysis = NO_ANALYSIS,
    ) -> Words:
        """The words for a task as it is now.

        `builds` are the trusted ones that agree, oldest first; the task's lines are numbered as in the last, and
        `insight` is what the source of that one tells. A footer
        of a later generation than the entry's bug makes the text name that bug. Of the comments there are those that
        fit what is missing now. CannotRender with the name and line of a template that fails.
        """
        view = fields.make_fields(entry, project, builds, footer, analysis=analysis)
        sign, task = f"\n\n{footer}", entry.task
        revision = builds[-1].revision if builds else None
        mark = Marker(path=task.path, regions=task.regions, lines=task.lines, revision=revision or None)
        room = LONGEST_TEXT - len(sign) - LONGEST_MARKER
        title = self._render("title.txt", view, LONGEST_TEXT)
        body = self._render(_choose(view), view, room)
        names = {About.AGAIN: "again.txt", About.STILL_MISSING: "still-missing.txt"}
        if not entry.task.lines:
            names = {About.CLOSING: "gone.txt" if entry.gone else "closing.txt", About.DONE: "done.txt"}
        return Words(
            title=sanitize.clip(" ".join(title.split()), fields.LONGEST_TITLE),
            description=add_marker(body, mark) + sign,
            comments={about: self._render(name, view, LONGEST_TEXT) for about, name in names.items()},
        )

    def _render(self, name: str, view: TemplateFields, room: int) -> str:
        try:
            text = self._templates[name].render(attrs.asdict(view, recurse=False))
        except (jinja2.TemplateError, *_FAULTS) as error:
            raise CannotRender(f"template {self._place(name, error)}: {_tell(error)}") from error
        finished = sanitize.finish(text, room)
        if not finished.strip():
            raise CannotRender(f"template {name}: gives an empty text")
        return finished

    def _place(self, name: str, error: Exception) -> str:
        """The innermost template that the error passed through, with its line."""
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if any(Path(frame.filename).is_relative_to(path) for path in self._folders)]
        return [name, *(f"{Path(frame.filename).name}, line {frame.lineno}" for frame in ours)][-1]


_FAULTS = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
"""What a template can raise besides jinja2's own errors."""


def _choose(view: TemplateFields) -> str:
    """The template of a description."""
    if not view.lines:
        return "covered.txt"
    return "first-test.txt" if view.first_test else "description.txt"


def _find_packaged() -> Path:
    """The templates in the installed package, or in a checkout at the top level beside it."""
    shipped = Path(str(resources.files(covbot) / "templates"))
    return shipped if shipped.is_dir() else Path(str(resources.files(covbot))).parent / "templates"


def _compile(environment: jinja2.Environment, name: str) -> jinja2.Template:
    try:
        return environment.get_template(name)
    except jinja2.TemplateSyntaxError as error:
        raise CannotRender(f"template {error.name}, line {error.lineno}: {_tell(error)}") from error
    except (jinja2.TemplateNotFound, OSError, UnicodeDecodeError) as error:
        raise CannotRender(f"template {name}: cannot be read: {_tell(error)}") from error


def _tell(error: Exception) -> str:
    return sanitize.clip(display.escape(str(getattr(error, "message", None) or error)), 200)


def make_titles_unique(words: Mapping[str, Words], taken: Iterable[str] = ()) -> dict[str, Words]:
    """The same words by key, with the key added to titles that are not the only ones of their kind, or are `taken`."""
    counts = collections.Counter([*(item.title for item in words.values()), *taken])
    return {
        key: item if counts[item.title] == 1 else attrs.evolve(item, title=_sign(item.title, key))
        for key, item in words.items()
    }


def _sign(title: str, key: str) -> str:
    return f"{sanitize.clip(title, fields.LONGEST_TITLE - len(key) - 3)} [{key}]"
