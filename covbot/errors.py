"""The errors of covbot, named for what could not be done; each class has its exit code."""

import enum
from typing import ClassVar


class Exit(enum.IntEnum):
    """The exit codes of the command line (the only table of them)."""

    DONE = 0
    COULD_NOT = 1
    USAGE = 2
    FAULT = 3
    A_PERSON_MUST_DECIDE = 4
    INTERRUPTED = 130


class CovbotError(Exception):
    """Something could not be done: the text is one line with what failed, where, and who can fix it."""

    exit: ClassVar[Exit] = Exit.COULD_NOT


class CannotReadReport(CovbotError):
    """A coverage report was refused: it is none, or broken, truncated, too large or hostile."""


class CannotReadSettings(CovbotError):
    """`covbot.toml` has faults; the text names every one with its path."""


class CannotUseStore(CovbotError):
    """The store cannot be opened, or its schema is not this version's."""


class CannotFetch(CovbotError):
    """A source of builds did not respond, or not with what was requested."""


class CannotFetchNow(CannotFetch):
    """A temporary failure of a source: the request is repeated later, and it is a failure only if that lasts."""


class FetchRefused(CannotFetch):
    """The source does not accept covbot's account: no more requests are sent until a person fixed that."""


class TooLarge(CannotFetch):
    """A file of a source is larger than covbot's limit: it is never requested again."""


class BadArtifact(CannotFetch):
    """Something else is in the place of a coverage file, as a web page or a refusal: the file counts as unreadable."""


class NoArtifacts(CannotFetchNow):
    """A build has no file at all, which is seldom temporary: it is requested again more and more rarely."""


class BuildGone(CannotFetch):
    """A build, or all of its files, was deleted: it is never requested again."""


class CannotReadRepository(CovbotError):
    """A revision or a path is not in the repository, or what is asked for is no revision, path or repository."""


class SourceTooLarge(CannotReadRepository):
    """A file of the repository is too large for a source."""


class CannotReachRepository(CovbotError):
    """The repository as a whole cannot be read now: nobody knows what is in it, and what needs it waits."""


class CannotRunGit(CannotReachRepository):
    """Git cannot be run at all where covbot runs, or for an address: only a person can change that."""


class CannotRender(CovbotError):
    """A template is broken, or uses a variable that does not exist."""


class UnknownName(CovbotError):
    """A project, build, bug, key or path that a person named is not known."""


class CannotUseTracker(CovbotError):
    """The tracker cannot be used at all, because of its account or its service: the run stops."""


class BugUnreadable(CovbotError):
    """One bug cannot be read: it is deleted, private, or not visible to covbot's account."""


class WriteRefused(CovbotError):
    """The tracker certainly refused one write: nothing, or only part of it, was applied."""


class WriteStale(CovbotError):
    """The bug changed since it was read: nothing was applied."""


class WriteDoubtful(CovbotError):
    """The response to a write was lost: it may have been applied or not. `bug` is the bug's number if it is known."""

    def __init__(self, text: str, *, bug: int | None = None) -> None:
        """Make the error with a text of one line on what is unknown."""
        super().__init__(text)
        self.bug = bug


class LeaseTaken(CovbotError):
    """Another pass over the project is running: this one has nothing to do."""

    exit = Exit.DONE


class SettingsChanged(CovbotError):
    """The settings call a part of a project otherwise than before, and nothing proves that it is the same part."""

    exit = Exit.A_PERSON_MUST_DECIDE


class Paused(CovbotError):
    """The stop switch is on, or cannot be read, which means the same."""

    exit = Exit.A_PERSON_MUST_DECIDE


class CannotWork(CovbotError):
    """Something that covbot needs was checked, and does not work."""


class CannotWrite(CovbotError):
    """A file that a person asked for cannot be written."""
