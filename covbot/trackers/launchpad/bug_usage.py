"""Whether a project on Launchpad takes bugs that covbot can file and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from covbot.trackers.launchpad.entries import LaunchpadEntry

PUBLIC_POLICIES = frozenset({"Public", "Public, can be proprietary", "Proprietary, can be public"})
"""The policies of sharing under which a bug may be public (docs/facts/launchpad.md §3)."""

PRIVATE_BY_DEFAULT = "Proprietary, can be public"
_GROUP = "#project_group"


@frozen(kw_only=True)
class Finding:
    """One result of a check: the result in one line and, if it is not good, who can fix it and how."""

    good: bool
    text: str
    fix: str = ""


def check_bug_usage(project: LaunchpadEntry, name: str) -> Finding:
    """Return whether covbot can file bugs on a project that it can read back, or why not."""
    policy = project.get("bug_sharing_policy", "Public")
    if str(project.get("resource_type_link")).endswith(_GROUP):
        fix = "name one of its projects as `project` in covbot.toml"
        return Finding(good=False, text=f"{name} is a group of projects, which takes no bugs", fix=fix)
    if not project.get("active"):
        return Finding(good=False, text=f"{name} is not active", fix="ask its owner")
    if not project.get("official_bugs"):
        fix = "ask its maintainers where bugs belong; Launchpad would take them all the same"
        return Finding(good=False, text=f"{name} does not use Launchpad for bugs", fix=fix)
    if project.get("information_type") != "Public":
        text = f"{name} is not public: covbot could not see its own bugs"
        return Finding(good=False, text=text, fix="ask its owner")
    if policy not in PUBLIC_POLICIES:
        text = f"{name} takes no public bugs (its bug sharing policy is {policy}): covbot could not see its own bugs"
        return Finding(good=False, text=text, fix="ask its owner")
    if policy == PRIVATE_BY_DEFAULT:
        return Finding(
            good=True, text=f"bugs of {name} are private unless they are filed as public, as covbot files them"
        )
    return Finding(good=True, text=f"{name} takes bugs on Launchpad, and anybody may file them")
