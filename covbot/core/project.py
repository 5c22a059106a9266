"""The facts about a project that bug texts need besides the task, and the names of its parts in the settings."""

from __future__ import annotations

import attrs
from attrs import frozen


@frozen(kw_only=True)
class ProjectInfo:
    """The facts that all tasks of a project share. Unknown ones are empty.

    `prefix` is the part before a task's path in the repository. `browse` is the address of a line on the web, with
    placeholders `{revision}`, `{path}` and `{line}`. `tests` are patterns of test files, with `{dir}` (a file's folder
    below the prefix) and `{name}` (its name without suffix). `run` and `see` are commands that run a test file and that
    show which lines it runs, with `{test_module}`, `{test_class}`, `{test_path}`, `{path}` and the `{key}` of the task.
    `test_kinds` are the kinds of tests that the job runs. `closes` and `partly_closes` are the lines of a commit that
    closes the `{bug}`, or does a part of it. `contact` names who runs this covbot and how to stop it.
    """

    title: str
    job: str
    repository: str = ""
    browse: str = ""
    prefix: str = ""
    tests: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    test_kinds: tuple[str, ...] = ()
    closes: str = ""
    partly_closes: str = ""
    contact: str = ""


@frozen(kw_only=True)
class Identity:
    """The names by which the settings call the parts of a project that its ledger refers to.

    `tracker` is the address of the tracker and of the project in it that number its bugs. `former` are the names that
    the project had before: the footers of its older bugs have them.
    `accepted` is the reason that a person gave for the last change that nothing proved.
    """

    tracker: str
    job: str
    repository: str = ""
    prefix: str = ""
    former: tuple[str, ...] = ()
    accepted: str = ""

    def rename(self, old: str, new: str) -> Identity:
        """Return the identity after the project was renamed: what was called by its name by default is renamed, too."""
        root, slash, name = self.tracker.rpartition("/" if "/" in self.tracker else ":")
        return attrs.evolve(
            self,
            tracker=f"{root}{slash}{new}" if name == old else self.tracker,
            job=new if self.job == old else self.job,
        )
