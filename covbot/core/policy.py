"""The policy of a project: its limits and choices, as data."""

from __future__ import annotations

import enum

from attrs import field, frozen, validators

_AT_LEAST_0 = validators.and_(validators.ge(0), validators.le(36_500))
_AT_LEAST_1 = validators.and_(validators.ge(1), validators.le(36_500))
_SHARE = validators.and_(validators.ge(0.0), validators.le(1.0))


class Order(enum.StrEnum):
    """The order in which waiting tasks are filed and listed."""

    EASY = "easy"
    RISK = "risk"
    BALANCED = "balanced"


@frozen(kw_only=True)
class Policy:
    """The limits of what covbot does, and when. Each field is a setting of `[projects.NAME.policy]`."""

    max_open: int = field(default=20, validator=_AT_LEAST_0, metadata={"help": "open bugs at most"})
    new_per_day: int = field(default=3, validator=_AT_LEAST_0, metadata={"help": "new bugs within 24 hours at most"})
    low_hanging_fruit: int = field(
        default=0,
        validator=_AT_LEAST_0,
        metadata={"help": "open bugs at most that covbot tags `low-hanging-fruit` when it files them; with `0` none"},
    )
    writes_per_run: int = field(
        default=25, validator=_AT_LEAST_0, metadata={"help": "writes to the tracker in one run at most"}
    )
    order: Order = field(
        default=Order.EASY,
        metadata={
            "help": "what is filed and listed first: `easy`, `risk`, or `balanced`: most risk for the least work"
        },
    )
    min_statements: int = field(
        default=3,
        validator=_AT_LEAST_1,
        metadata={"help": "a function that lacks fewer statements is joined with others of its class or module"},
    )
    max_statements: int = field(default=30, validator=_AT_LEAST_1, metadata={"help": "statements that fit one evening"})
    first_test_share: float = field(
        default=0.1,
        validator=_SHARE,
        metadata={"help": "a module without a test file, of which less than this share ran, begins with one task"},
    )
    edit_days: int = field(default=7, validator=_AT_LEAST_0, metadata={"help": "days between two edits of one bug"})
    comment_days: int = field(
        default=30, validator=_AT_LEAST_0, metadata={"help": "days between two comments on one bug (closing excepted)"}
    )
    quiet_days: int = field(
        default=14,
        validator=_AT_LEAST_0,
        metadata={"help": "quiet days until a covered bug in work is closed; for so long a closed one may be reopened"},
    )
    fix_days: int = field(
        default=7,
        validator=_AT_LEAST_0,
        metadata={"help": "days after a person's Fix Released before covbot asks about lines still missing"},
    )
    fix_builds: int = field(
        default=3,
        validator=_AT_LEAST_1,
        metadata={"help": "trusted builds after a person's Fix Released before covbot asks about lines still missing"},
    )
    expired_days: int = field(
        default=180, validator=_AT_LEAST_0, metadata={"help": "days for which an expired bug is not filed again"}
    )
    close_floor: int = field(
        default=5, validator=_AT_LEAST_0, metadata={"help": "closing this many bugs in one plan is never abnormal"}
    )
    close_share: float = field(
        default=0.2,
        validator=_SHARE,
        metadata={"help": "share of the open bugs beyond which a plan that closes more is refused"},
    )
    create_factor: int = field(
        default=3,
        validator=_AT_LEAST_1,
        metadata={"help": "a plan with more new tasks than this many times max_open is refused"},
    )
    jump_share: float = field(
        default=0.05,
        validator=_SHARE,
        metadata={"help": "share of the usual files or statements: a build that moved more, unexplained, is suspect"},
    )
    swing_share: float = field(
        default=0.05,
        validator=_SHARE,
        metadata={"help": "the same for missing statements, as a share of the usual statements"},
    )
    jump_builds: int = field(
        default=5,
        validator=_AT_LEAST_1,
        metadata={"help": "trusted builds whose median is what is usual"},
    )
    jump_files: int = field(
        default=5, validator=_AT_LEAST_0, metadata={"help": "so many files more or fewer are never abnormal"}
    )
    jump_floor: int = field(
        default=100,
        validator=_AT_LEAST_0,
        metadata={"help": "so many statements, or missing ones, more or fewer are never abnormal"},
    )
    flaky_builds: int = field(
        default=10,
        validator=_AT_LEAST_1,
        metadata={"help": "a line that flipped twice in so many trusted builds is flaky: never filed, never closing"},
    )
