"""`covbot`: the group of all commands, and the only place where exceptions become exit codes."""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import sys

import click

from covbot.cli import signals, streams
from covbot.cli.error_lines import print_error, print_line
from covbot.cli.output import printing
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
    "dismiss": "set a build aside that waits, is stuck or suspect",
    "bugs": "the bugs as the tracker shows them",
    "why": "the story of a gap",
    "pause": "stop: no more writes to any tracker",
    "resume": "end the pause",
    "login": "let covbot use an account of Launchpad",
    "db": "the store's schema",
}
"""The commands in the order of the help, with a short description of each."""


_FOLDERS = {"accept": "judgement.", "dismiss": "judgement."}
"""The commands that are in a folder of `commands`."""

OBJECTS_BETWEEN_SEARCHES = 100_000
"""The number of new objects after which Python searches them for reference cycles (its default is 700)."""


class CommandGroup(click.Group):
    """The group of commands, each imported when it is called (click has no other way to load a command lazily)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the documentation."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, None if there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = f"covbot.cli.commands.{_FOLDERS.get(cmd_name, '')}{cmd_name}"
        command: click.Command = importlib.import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
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
@click.option("--quiet", "-q", is_flag=True, help="No progress, no confirmation, and nothing if nothing is new.")
@click.option("--verbose", "-v", count=True, help="Log to standard error what is done; -vv logs more.")
@click.version_option(package_name="covbot", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context, settings_path: str, *, quiet: bool, verbose: int) -> None:
    """Uncovered lines of a CI job become small, well described bugs that volunteers can pick.

    \b
    Example:
      covbot report coverage.xml
    """
    if quiet and verbose:
        raise click.UsageError("either --quiet or --verbose")
    context.obj = {"settings": settings_path, "quiet": quiet, "verbose": verbose}
    if verbose:
        from covbot import logs

        logs.configure(verbose=verbose > 1)


def main() -> None:
    """Run the command line and exit by the table of exit codes."""
    _configure_garbage_collection()
    with signals.catch_signals(), streams.guard_streams():
        code = _run_command(sys.argv[1:])
    sys.exit(code)


def _configure_garbage_collection() -> None:
    """Make Python search for reference cycles rarely, and not at exit: covbot makes many values and hardly a cycle."""
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
    atexit.register(gc.freeze)


def _run_command(arguments: list[str]) -> Exit | int:
    try:
        result = cli.main(arguments, prog_name="covbot", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        _show_usage(error)
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    except CovbotError as error:
        return print_error(error)
    except BrokenPipeError:
        return Exit.COULD_NOT
    except Exception as error:  # noqa: BLE001 -- any other exception is a fault of covbot's own: reported, stored, exit 3
        return _report_fault(error)
    return result if isinstance(result, int) else Exit.DONE


def _show_usage(error: click.UsageError) -> None:
    text = io.StringIO()
    error.show(text)
    printing.print_text(text.getvalue().rstrip("\n"), err=True)


def _report_fault(error: Exception) -> Exit:
    from covbot import logs

    log_path = logs.keep_traceback()
    location_text = f"the traceback is in {log_path}" if log_path else "the traceback could not be kept"
    print_line(f"a fault of covbot's own ({type(error).__name__}: {error}); {location_text}")
    return Exit.FAULT
