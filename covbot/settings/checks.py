"""What a value in the settings must be: validators that say in words what is wrong."""

from __future__ import annotations

import re
import string
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from covbot.core.bugs import bug_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import attrs

    Attribute: TypeAlias = attrs.Attribute[Any]


def check_file_names(_: object, __: Attribute, names: tuple[str, ...]) -> None:
    """One or more different files inside a folder; else ValueError."""
    if not names or len(set(names)) < len(names) or not all(PurePosixPath(name).parts for name in names):
        raise ValueError("must name one or more different files")
    outside = [name for name in names if not _is_inside(name)]
    if outside:
        raise ValueError(f"must lie inside the folder of a build: {', '.join(outside)}")


def check_folder(_: object, __: Attribute, path: str) -> None:
    """A folder inside the repository; else ValueError."""
    if not _is_inside(path):
        raise ValueError(f"must lie inside the repository: {path}")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def check_tags(_: object, __: Attribute, tags: tuple[str, ...]) -> None:
    """Tags that Launchpad takes, and not the one by which a person stops covbot; else ValueError."""
    bad = [tag for tag in tags if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", tag)]
    if bad:
        raise ValueError(f"a tag is two or more of a-z, 0-9, + . - and begins with a letter or digit: {', '.join(bad)}")
    if bug_tags.IGNORE in tags:
        raise ValueError(f"{bug_tags.IGNORE} is the tag by which people take a bug out of covbot's hands")
    if bug_tags.BEGINNERS in tags:
        raise ValueError(f"{bug_tags.BEGINNERS} is for few bugs at once: low_hanging_fruit in the policy says how many")


def check_areas(_: object, __: Attribute, patterns: Mapping[str, tuple[str, ...]]) -> None:
    """Tags as `check_tags` wants them, each with one or more patterns of paths in the repository; else ValueError."""
    check_tags(_, __, tuple(patterns))
    bad = [tag for tag, found in patterns.items() if not found or not all(map(_is_pattern, found))]
    if bad:
        raise ValueError(f"must name one or more paths in the repository, as nova/api/*: {', '.join(bad)}")


def _is_pattern(text: str) -> bool:
    return bool(text) and _is_inside(text)


def check_filled(_: object, __: Attribute, texts: tuple[str, ...]) -> None:
    """One or more texts, none empty; else ValueError."""
    if not texts or not all(texts):
        raise ValueError("must hold at least one text, and no empty one")


def check_web(_: object, __: Attribute, address: str) -> None:
    """An address of the web, or nothing; else ValueError."""
    if address and not address.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// or http://")


def check_server(_: object, __: Attribute, address: str) -> None:
    """An address of a server to ask, without an account in it, which is said nowhere; else ValueError."""
    if not _names_host(address):
        raise ValueError("must be an address that begins with https:// or http:// and names a host")
    if "@" in urlsplit(address).netloc:
        raise ValueError("must not hold a user or a password: user and the token have places of their own")


def _names_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def check_plain(_: object, __: Attribute, address: str) -> None:
    """An address to which a path can be added; else ValueError."""
    if "?" in address or "#" in address:
        raise ValueError("must end with a path: nothing with ? or #")


def check_job(_: object, __: Attribute, job: str) -> None:
    """The whole name of a job, its folders before it; else ValueError."""
    if not all(job.split("/")):
        raise ValueError("must be the name of a job, as folder/job if it lies in a folder")


def check_public(_: object, __: Attribute, address: str) -> None:
    """An address without a password, since bugs show it; else ValueError."""
    if urlsplit(address).password is not None:
        raise ValueError("must not hold a password: bugs show it")


def check_service_root(_: object, __: Attribute, name: str) -> None:
    """The name of a Launchpad, or the address of its API, without a password; else ValueError."""
    if name not in {"production", "staging", "qastaging"} and not name.startswith(("https://", "http://")):
        raise ValueError("must be production, staging, qastaging or an address")
    if urlsplit(name).password is not None:
        raise ValueError("must not hold a password: credentials_file names the account")


def check_store(_: object, __: Attribute, address: str) -> None:
    """An address of a store, without a password; else ValueError."""
    if not re.match(r"sqlite:///(?!:memory:)[^?]|postgresql(\+psycopg)?://", address):
        raise ValueError("must be sqlite:///FILE or postgresql+psycopg://HOST/NAME")
    if urlsplit(address).password is not None:
        raise ValueError("must not hold a password: PostgreSQL takes it from PGPASSFILE or PGPASSWORD")


def check_some(_: object, __: Attribute, projects: Collection[str]) -> None:
    """One or more projects; else ValueError."""
    if not projects:
        raise ValueError("must hold at least one project, as [projects.NAME]")


def check_name(name: str) -> None:
    """The name of a project as the footer of a bug can hold it; else ValueError."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]*", name):
        raise ValueError("a project's name is made of a-z, 0-9, + . - and begins with a letter or digit")


def check_places(*places: str) -> Callable[[object, Attribute, str | tuple[str, ...]], None]:
    """A validator of texts in which these names in braces, and no others, are to be filled in."""
    known = ", ".join(f"{{{place}}}" for place in places)

    def check(_: object, __: Attribute, texts: str | tuple[str, ...]) -> None:
        for text in (texts,) if isinstance(texts, str) else texts:
            for _literal, name, spec, conversion in string.Formatter().parse(text):
                if name is not None and (name not in places or spec or conversion):
                    raise ValueError(f"{{{name}}} is not known: what can be filled in is {known}")

    return check
