"""`covbot`: the group of all verbs, and the one place where exceptions become exit codes."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys

import click

from covbot.cli.error_lines import print_error, print_line
from covbot.errors import CovbotError, Exit

COMMANDS = {
    "check": "whether settings, templates, source and tracker work",
    "report": "what a coverage report says, or what changed between two",
    "plan": "what a run would do, and why not more; writes nothing",
    "run": "one pass for each project, then exit",
    "serve": "the daemon: passes on their schedule",
    "tasks": "open tasks for volunteers",
    "verify": "your own run against the lines of a bug",
    "builds": "what was seen, and how it was judged",
    "accept": "trust a suspect build after all",
    "bugs": "the bugs as the tracker shows them",
    "why": "the story of a gap",
    "pause": "stop: no more writes to any tracker",
    "resume": "end the pause",
    "login": "let covbot use an account of Launchpad",
    "db": "the store's schema",
}
"""The verbs in the order in which the help lists them, with a few words on each."""


OBJECTS_BETWEEN_SEARCHES = 100_000
"""So many more objects may there be before Python looks for cycles among the new ones (its default is 700)."""


class CommandGroup(click.Group):
    """The group of verbs, each imported when it is called (click has no other way to load a verb late)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of the documentation."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb of that name, None if there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"covbot.cli.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=CommandGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--settings",
    "settings_path",
    envvar="COVBOT_SETTINGS",
    default="covbot.toml",
    show_default=True,
    metavar="FILE",
    help="The settings file (also by the variable COVBOT_SETTINGS).",
)
@click.option("--quiet", "-q", is_flag=True, help="No progress, and no more words than the result needs.")
@click.version_option(package_name="covbot", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, settings_path: str, *, quiet: bool) -> None:
    """Uncovered lines of a CI job become small, well described bugs that volunteers can pick.

    \b
    Example:
      covbot report coverage.xml
    """
    context.obj = {"settings": settings_path, "quiet": quiet}


def main() -> None:
    """Run the command line and exit by the table of exit codes."""
    _tend_memory()
    sys.exit(_run(sys.argv[1:]))


def _tend_memory() -> None:
    """Look for cycles seldom, and not at all at the end: covbot makes many values and hardly a cycle."""
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
    atexit.register(gc.freeze)


def _run(arguments: list[str]) -> Exit | int:
    try:
        result = cli.main(arguments, prog_name="covbot", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        error.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except CovbotError as error:
        return print_error(error)
    except BrokenPipeError:
        return _close_stdout()
    except Exception as error:  # noqa: BLE001 -- whatever else comes up is a fault of covbot's own: said, kept, exit 3
        return _keep_fault(error)
    return result if isinstance(result, int) else Exit.DONE


def _close_stdout() -> Exit:
    """Leave quietly when the reader of a pipe left: Python would complain of the unwritten rest at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return Exit.COULD_NOT


def _keep_fault(error: Exception) -> Exit:
    from covbot import logs

    kept = logs.keep_traceback()
    where = f"the traceback is in {kept}" if kept else "the traceback could not be kept"
    print_line(f"a fault of covbot's own ({type(error).__name__}: {error}); {where}")
    return Exit.FAULT
