"""Limits and choices of a project, as data."""

from __future__ import annotations

from attrs import field, frozen, validators

_AT_LEAST_0 = validators.ge(0)
_AT_LEAST_1 = validators.ge(1)


@frozen(kw_only=True)
class Policy:
    """How much may be done, and when; every field is a setting of `[projects.NAME.policy]`."""

    max_open: int = field(default=20, validator=_AT_LEAST_0, metadata={"help": "open bugs at most"})
    new_per_day: int = field(default=3, validator=_AT_LEAST_0, metadata={"help": "new bugs within 24 hours at most"})
    writes_per_run: int = field(
        default=25, validator=_AT_LEAST_0, metadata={"help": "writes to the tracker in one run at most"}
    )
    max_statements: int = field(default=30, validator=_AT_LEAST_1, metadata={"help": "statements that fit one evening"})
    edit_days: int = field(default=7, validator=_AT_LEAST_0, metadata={"help": "days between two edits of one bug"})
    comment_days: int = field(
        default=30, validator=_AT_LEAST_0, metadata={"help": "days between two comments on one bug (closing excepted)"}
    )
    quiet_days: int = field(
        default=14,
        validator=_AT_LEAST_0,
        metadata={
            "help": "quiet days until a covered bug that somebody works on is closed; so long a closed one may be reopened"
        },
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
        validator=[validators.ge(0), validators.le(1)],
        metadata={"help": "share of the open bugs beyond which a plan that closes more is refused"},
    )
    create_factor: int = field(
        default=3,
        validator=_AT_LEAST_1,
        metadata={"help": "a plan with more new tasks than this many times max_open is refused"},
    )
