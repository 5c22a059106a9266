"""What can go wrong, named for what could not be done; each kind knows the exit code it becomes."""

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
    """Something could not be done: the text is one line and says what, where, and who can mend it."""

    exit: ClassVar[Exit] = Exit.COULD_NOT


class CannotReadReport(CovbotError):
    """A coverage report was refused: not one, broken, cut off, too large or hostile."""


class CannotReadSettings(CovbotError):
    """`covbot.toml` has faults; the text names every one with its path."""


class CannotUseStore(CovbotError):
    """The store cannot be opened, or its schema is not this version's."""


class CannotFetch(CovbotError):
    """A source of builds did not answer, or not with what was asked for."""


class CannotFetchNow(CannotFetch):
    """What was asked for cannot be had at the moment: ask again later, and call it a failure only if it lasts."""


class FetchRefused(CannotFetch):
    """The source does not accept covbot's account: it is not asked again until a person has mended that."""


class TooLarge(CannotFetch):
    """What a source has is larger than covbot takes: it is never asked for again."""


class BuildGone(CannotFetch):
    """A build, or all that it kept, is no longer there: it is never asked for again."""


class CannotReadRepository(CovbotError):
    """The repository, a revision or a path in it cannot be read."""


class CannotRender(CovbotError):
    """A template is broken, or asks for something that it is not given."""


class UnknownName(CovbotError):
    """A project, build, bug, key or path that a person named is not known."""


class CannotUseTracker(CovbotError):
    """The tracker cannot be used at all: its account or its service is in trouble; the run stops."""


class BugUnreadable(CovbotError):
    """One bug cannot be read: gone, private, or not ours to see."""


class WriteRefused(CovbotError):
    """The tracker refused one write, for certain: nothing, or only part of it, was applied."""


class WriteStale(CovbotError):
    """The bug changed since it was read; nothing was applied."""


class WriteDoubtful(CovbotError):
    """The answer to a write was lost: it may have been applied or not; `bug` is its number where that is known."""

    def __init__(self, said: str, *, bug: int | None = None) -> None:
        """What is not known, in one line."""
        super().__init__(said)
        self.bug = bug


class LeaseTaken(CovbotError):
    """Another pass over the project is under way: this one has nothing to do."""

    exit = Exit.DONE


class PlanRefused(CovbotError):
    """The plan is abnormally large and was refused whole."""

    exit = Exit.A_PERSON_MUST_DECIDE


class Paused(CovbotError):
    """The stop switch is on, or cannot be read, which means the same."""

    exit = Exit.A_PERSON_MUST_DECIDE


class CannotWork(CovbotError):
    """Something that covbot needs was looked at, and does not work."""


class CannotWrite(CovbotError):
    """A file that a person asked for cannot be written."""
