"""What is known of a task that decides how soon it is filed: its work and its risk."""

from __future__ import annotations

import enum
import math

from attrs import frozen


class NearbyTest(enum.StrEnum):
    """What the tests that exist do for the one that is to be written."""

    UNKNOWN = "unknown"
    CALLS = "calls"
    NAMES = "names"
    USES = "uses"
    IDLE = "idle"
    FILE = "file"
    NONE = "none"


@frozen(kw_only=True)
class Risk:
    """The function of a task that is the riskiest, `missing` of whose `statements` do not run, and its file.

    `churn` counts lines of the file that were added or deleted lately, None where that is not known; `importers` the
    measured modules that import it.
    """

    complexity: int
    missing: int
    statements: int
    importers: int
    churn: int | None = None

    @property
    def crap(self) -> float:
        """complexity² x uncovered share³: the part of Savoia's and Evans' score (CRAP) that tests take away."""
        return float(self.complexity**2 * (self.missing / self.statements) ** 3) if self.statements else 0.0

    @property
    def points(self) -> float:
        """That part, times how much the code changes, times how much depends on it, both as logarithms."""
        return round(self.crap * math.log2(2 + (self.churn or 0)) * math.log2(2 + self.importers), 3)


@frozen(kw_only=True)
class Assessment:
    """What was found out of a task when it had so many missing `statements`.

    Until it is `studied` nothing is known of the `conditions` that never held, and of the `help` that tests give: the
    `test` that is nearest has to do with something of that `name`.
    """

    statements: int
    studied: bool = False
    conditions: int = 0
    nearby_test: NearbyTest = NearbyTest.UNKNOWN
    test: str = ""
    name: str = ""
    risk: Risk | None = None
