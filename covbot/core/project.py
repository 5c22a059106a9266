"""What the texts of a bug speak of besides its task: who runs covbot, and where source and tests lie."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class ProjectInfo:
    """The surroundings of all tasks of a project; what is not known is empty.

    `prefix` is what stands before a task's path in the repository. `browse` is the address of a line on the web, with
    `{revision}`, `{path}` and `{line}` to be filled in; `tests` are patterns of test files, with `{dir}` (a file's
    folder below the prefix) and `{name}` (its bare name). `run` and `see` are commands that run a test file and that
    show which lines it runs, with `{test_module}`, `{test_path}`, `{path}` and `{key}`, that of the task. `contact`
    says who runs this covbot and how to stop it.
    """

    title: str
    job: str
    repository: str = ""
    browse: str = ""
    prefix: str = ""
    tests: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    contact: str = ""
