"""The writer of bug texts: renders the templates, and keeps the result within the limits of a tracker."""

from __future__ import annotations

import collections
import functools
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
from covbot.core.bugs.marker import LONGEST_MARKER, Marker, add_marker, compute_title_sum, sign_title
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
    "closing.txt",
    "gone.txt",
    "done.txt",
    "again.txt",
    "still-missing.txt",
    "withdrawn.txt",
    "seen.txt",
)
"""The names of all templates."""

LONGEST_TEXT = 50_000
"""The greatest number of characters of a description, as Launchpad counts; and of a comment, which it leaves free."""


@frozen(kw_only=True)
class TaskTexts:
    """All texts of a task's bug: a title of one line, the description with its footer, comments that may be due.

    The description is empty if no line is missing: it is written for tasks with missing lines alone. `fault` is why the
    texts cannot be made, empty if they are: then only the title is given, which names the file.
    """

    title: str
    description: str
    comments: Mapping[About, str]
    fault: str = ""


class Writer:
    """Writes texts by the packaged templates, and by those of a directory, which take precedence file by file."""

    def __init__(self, directory: Path | None = None) -> None:
        """Write by the packaged templates, and by those of a directory; none is read before it is needed."""
        self._folders = [str(folder) for folder in (directory, _find_packaged_templates()) if folder]

    def compile(self) -> None:
        """Read and compile all templates; raise CannotRender with the name and line of one that is broken."""
        _ = self._templates

    @functools.cached_property
    def _templates(self) -> Mapping[str, jinja2.Template]:
        environment = sandbox.ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(self._folders, encoding="utf-8-sig"),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # plain text, in which a tracker sees no markup
            trim_blocks=True,
            lstrip_blocks=True,
        )
        return {name: _compile_template(environment, name) for name in TEMPLATES}

    def describe(
        self,
        entry: Entry,
        project: ProjectInfo,
        builds: Sequence[Build],
        footer: Footer,
        *,
        analysis: TaskAnalysis = NO_ANALYSIS,
    ) -> TaskTexts:
        """Return the texts of a task as it is now.

        `builds` are the trusted ones that agree, oldest first; the task's lines are numbered as in the last, and
        `analysis` is derived from the source of that one. A footer of a later generation than the entry's bug makes the
        text name that bug. The comments are those that fit what is missing now. Raise CannotRender with the name and
        line of a template that fails.
        """
        values = fields.make_fields(entry, project, builds, footer, analysis=analysis)
        footer_text, task = f"\n\n{footer}", entry.task
        revision = builds[-1].revision if builds else None
        limit = LONGEST_TEXT - len(footer_text) - LONGEST_MARKER
        written = self._render_template("title.txt", values, LONGEST_TEXT)
        title = sanitize.clip_line(" ".join(written.split()), fields.LONGEST_TITLE)
        marker = Marker(
            path=task.path,
            regions=task.regions,
            lines=task.lines,
            revision=revision or None,
            project=footer.project,
            title=compute_title_sum(title),
        )
        body = self._render_template(_choose_template(values), values, limit) if task.lines else ""
        names = {About.AGAIN: "again.txt", About.STILL_MISSING: "still-missing.txt"}
        if not task.lines:
            names = {About.CLOSING: "gone.txt" if entry.gone else "closing.txt", About.DONE: "done.txt"}
        names[About.WITHDRAWN] = "withdrawn.txt"
        return TaskTexts(
            title=title,
            description=add_marker(body, marker) + footer_text if body else "",
            comments={about: self._render_template(name, values, LONGEST_TEXT) for about, name in names.items()},
        )

    def try_describe(
        self,
        entry: Entry,
        project: ProjectInfo,
        builds: Sequence[Build],
        footer: Footer,
        *,
        analysis: TaskAnalysis = NO_ANALYSIS,
    ) -> TaskTexts:
        """Return the texts of a task as `describe` does, or the fault for which they cannot be made."""
        try:
            return self.describe(entry, project, builds, footer, analysis=analysis)
        except CannotRender as error:
            title = _add_key(sanitize.clip_line(entry.task.path, fields.LONGEST_TITLE), entry.task.key)
            return TaskTexts(title=title, description="", comments={}, fault=str(error))

    def _render_template(self, name: str, values: TemplateFields, limit: int) -> str:
        try:
            text = self._templates[name].render(attrs.asdict(values, recurse=False))
        except (jinja2.TemplateError, *_RENDER_ERRORS) as error:
            raise CannotRender(f"template {self._locate_error(name, error)}: {_describe_error(error)}") from error
        finished = sanitize.clean_text(text, limit)
        if not finished.strip():
            raise CannotRender(f"template {name}: gives an empty text")
        return finished

    def _locate_error(self, name: str, error: Exception) -> str:
        """Return the innermost template that the error passed through, with its line."""
        frames = traceback.extract_tb(error.__traceback__)
        own_frames = [
            frame for frame in frames if any(Path(frame.filename).is_relative_to(path) for path in self._folders)
        ]
        return [name, *(f"{Path(frame.filename).name}, line {frame.lineno}" for frame in own_frames)][-1]


_RENDER_ERRORS = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)
"""The exceptions that a template can raise besides jinja2's own errors."""


def _choose_template(values: TemplateFields) -> str:
    """Return the template of a description."""
    return "first-test.txt" if values.first_test else "description.txt"


def _find_packaged_templates() -> Path:
    """Return the templates in the installed package, or in a checkout at the top level beside it."""
    shipped = Path(str(resources.files(covbot) / "templates"))
    return shipped if shipped.is_dir() else Path(str(resources.files(covbot))).parent / "templates"


def _compile_template(environment: jinja2.Environment, name: str) -> jinja2.Template:
    try:
        return environment.get_template(name)
    except jinja2.TemplateSyntaxError as error:
        raise CannotRender(f"template {error.name}, line {error.lineno}: {_describe_error(error)}") from error
    except (jinja2.TemplateNotFound, OSError, UnicodeDecodeError) as error:
        raise CannotRender(f"template {name}: cannot be read: {_describe_error(error)}") from error


def _describe_error(error: Exception) -> str:
    return sanitize.clip_line(display.escape(str(getattr(error, "message", None) or error)), 200)


def make_titles_unique(texts: Mapping[str, TaskTexts], taken: Iterable[str] = ()) -> dict[str, TaskTexts]:
    """Return the same texts by key, with the key added to titles that occur more than once or are `taken`."""
    counts = collections.Counter([*(item.title for item in texts.values()), *taken])
    return {key: item if counts[item.title] == 1 else _distinguish(item, key) for key, item in texts.items()}


def _distinguish(item: TaskTexts, key: str) -> TaskTexts:
    title = _add_key(item.title, key)
    return attrs.evolve(item, title=title, description=sign_title(item.description, title))


def _add_key(title: str, key: str) -> str:
    return f"{sanitize.clip_line(title, fields.LONGEST_TITLE - len(key) - 3)} [{key}]"
