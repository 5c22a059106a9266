"""The assessment of a task that decides how soon it is filed: its work and its risk."""

from __future__ import annotations

import enum
import math

from attrs import frozen


class NearbyTest(enum.StrEnum):
    """The kind of the existing test that is nearest to the one that is to be written."""

    UNKNOWN = "unknown"
    CALLS = "calls"
    NAMES = "names"
    USES = "uses"
    IDLE = "idle"
    FILE = "file"
    NONE = "none"


@frozen(kw_only=True)
class Risk:
    """The risk of a task: that of its riskiest function, `missing` of whose `statements` do not run, and of its file.

    `churn` counts the lines of the file that were added or deleted lately, None if unknown. `importers` counts the
    measured modules that import the file.
    """

    complexity: int
    missing: int
    statements: int
    importers: int
    churn: int | None = None

    @property
    def crap(self) -> float:
        """complexity² x uncovered share³: the part of the CRAP score (by Savoia and Evans) that tests can remove."""
        return float(self.complexity**2 * (self.missing / self.statements) ** 3) if self.statements else 0.0

    @property
    def points(self) -> float:
        """The `crap` part, multiplied by the base-2 logarithms of churn and importers, each increased by 2."""
        return round(self.crap * math.log2(2 + (self.churn or 0)) * math.log2(2 + self.importers), 3)


@frozen(kw_only=True)
class Assessment:
    """The work and the risk of a task, as assessed when it had this number of missing `statements`.

    Until the task is analyzed (`studied`), the `conditions` that never held and the `nearby_test` are unknown. `test`
    is the name of the nearest test, and `name` that of what it calls or uses.
    """

    statements: int
    studied: bool = False
    conditions: int = 0
    nearby_test: NearbyTest = NearbyTest.UNKNOWN
    test: str = ""
    name: str = ""
    risk: Risk | None = None
