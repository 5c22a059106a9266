"""Validators of the settings: each raises ValueError with a message in words."""

from __future__ import annotations

import re
import string
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from covbot.core import addresses
from covbot.core.bugs import bug_tags

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    import attrs

    Attribute: TypeAlias = attrs.Attribute[Any]


def check_file_names(_: object, __: Attribute, names: tuple[str, ...]) -> None:
    """Raise ValueError unless these are one or more different files inside a folder."""
    if not names or len(set(names)) < len(names) or not all(PurePosixPath(name).parts for name in names):
        raise ValueError("must name one or more different files")
    outside = [name for name in names if not _is_inside(name)]
    if outside:
        raise ValueError(f"must lie inside the folder of a build: {', '.join(outside)}")


def check_folder_path(_: object, __: Attribute, path: str) -> None:
    """Raise ValueError unless this is a folder inside the repository."""
    if not _is_inside(path):
        raise ValueError(f"must lie inside the repository: {path}")


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def check_tags(_: object, __: Attribute, tags: tuple[str, ...]) -> None:
    """Raise ValueError unless Launchpad accepts the tags, and none is the one by which a person stops covbot."""
    bad = [tag for tag in tags if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", tag)]
    if bad:
        raise ValueError(f"a tag is two or more of a-z, 0-9, + . - and begins with a letter or digit: {', '.join(bad)}")
    if bug_tags.IGNORE in tags:
        raise ValueError(f"{bug_tags.IGNORE} is the tag by which people take a bug out of covbot's hands")
    if bug_tags.BEGINNERS in tags:
        raise ValueError(f"{bug_tags.BEGINNERS} is for few bugs at once: low_hanging_fruit in the policy says how many")


def check_areas(_: object, __: Attribute, patterns: Mapping[str, tuple[str, ...]]) -> None:
    """Raise ValueError unless the tags pass `check_tags`, and each has one or more patterns of repository paths."""
    check_tags(_, __, tuple(patterns))
    bad = [tag for tag, found in patterns.items() if not found or not all(map(_is_pattern, found))]
    if bad:
        raise ValueError(f"must name one or more paths in the repository, as nova/api/*: {', '.join(bad)}")


def _is_pattern(text: str) -> bool:
    return bool(text) and _is_inside(text)


def check_not_empty(_: object, __: Attribute, texts: tuple[str, ...]) -> None:
    """Raise ValueError unless there are one or more texts, none of them empty."""
    if not texts or not all(texts):
        raise ValueError("must hold at least one text, and no empty one")


def check_web_url(_: object, __: Attribute, address: str) -> None:
    """Raise ValueError unless this is a URL of the web, or empty."""
    if address and not address.startswith(("https://", "http://")):
        raise ValueError("must begin with https:// or http://")


def check_server_url(_: object, __: Attribute, address: str) -> None:
    """Raise ValueError unless this is the URL of a server without an account in it; the message does not contain it."""
    if not _names_host(address):
        raise ValueError("must be an address that begins with https:// or http:// and names a host")
    if "@" in urlsplit(address).netloc:
        raise ValueError("must not hold a user or a password: user and the token have places of their own")


def check_shown_server(field: object, attribute: Attribute, address: str) -> None:
    """Raise ValueError unless this is empty, or the URL of a server without an account, and a path can be added."""
    if address:
        check_server_url(field, attribute, address)
        check_base_url(field, attribute, address)


def _names_host(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def check_base_url(_: object, __: Attribute, address: str) -> None:
    """Raise ValueError unless a path can be added to the URL."""
    if "?" in address or "#" in address:
        raise ValueError("must end with a path: nothing with ? or #")


def check_job_name(_: object, __: Attribute, job: str) -> None:
    """Raise ValueError unless this is the full name of a job, after its folders."""
    if not all(job.split("/")):
        raise ValueError("must be the name of a job, as folder/job if it lies in a folder")


def check_public_address(_: object, __: Attribute, address: str) -> None:
    """Raise ValueError if the address has an account or a token, since bugs show it."""
    if addresses.find_account(address) is not None or addresses.has_secret_parameter(address):
        raise ValueError(
            "must not hold a user, a token or a password, since bugs show it: git finds the account of a host"
            " in ~/.netrc, and a key in ~/.ssh"
        )


def check_public_texts(_: object, __: Attribute, texts: str | tuple[str, ...]) -> None:
    """Raise ValueError if an address in the texts has an account or a token, since bugs show them."""
    if any(addresses.hide_accounts(text) != text for text in ((texts,) if isinstance(texts, str) else texts)):
        raise ValueError("must not hold an address with a user, a token or a password: bugs show it")


def check_words(_: object, __: Attribute, words: tuple[str, ...]) -> None:
    """Raise ValueError unless each of these is a word of letters, digits and hyphens."""
    if not all(re.fullmatch(r"\w[\w-]{0,39}", word) for word in words):
        raise ValueError("must be words")


def check_service_root(_: object, __: Attribute, name: str) -> None:
    """Raise ValueError unless this is the name of a Launchpad, or the URL of its API without a password."""
    if name not in {"production", "staging", "qastaging"} and not name.startswith(("https://", "http://")):
        raise ValueError("must be production, staging, qastaging or an address")
    if addresses.find_account(name) is not None:
        raise ValueError("must not hold a user or a password: credentials_file names the account")
    parts = urlsplit(name)
    host, version = parts.hostname or "", parts.path.rstrip("/").rpartition("/")[2]
    if version in {"devel", "beta"} or re.fullmatch(r"\d+\.\d+", version):
        raise ValueError(f"must be the root of the API, without its version {version}")
    if re.fullmatch(r"((www|bugs|code|blueprints|answers)\.)?((qa)?staging\.)?launchpad\.net", host):
        api = re.sub(r"^((www|bugs|code|blueprints|answers)\.)?", "api.", host)
        raise ValueError(f"is the address of the web site: the API is at https://{api}/")


def check_store_url(_: object, __: Attribute, address: str) -> None:
    """Raise ValueError unless this is the URL of a store, without a password."""
    if not re.match(r"sqlite:///(?!:memory:)[^?]|postgresql(\+psycopg)?://", address):
        raise ValueError("must be sqlite:///FILE or postgresql+psycopg://HOST/NAME")
    if ":" in (addresses.find_account(address) or "") or addresses.has_secret_parameter(address):
        raise ValueError("must not hold a password: PostgreSQL takes it from PGPASSFILE or PGPASSWORD")


def check_any_project(_: object, __: Attribute, projects: Collection[str]) -> None:
    """Raise ValueError unless there are one or more projects."""
    if not projects:
        raise ValueError("must hold at least one project, as [projects.NAME]")


def check_project_name(name: str) -> None:
    """Raise ValueError unless the footer of a bug can hold this name of a project."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9+.-]*", name):
        raise ValueError("a project's name is made of a-z, 0-9, + . - and begins with a letter or digit")


def check_placeholders(*names: str) -> Callable[[object, Attribute, str | tuple[str, ...]], None]:
    """Return a validator of texts with these names in braces, and no others, as placeholders."""
    known = ", ".join(f"{{{name}}}" for name in names)

    def check_placeholder_names(_: object, __: Attribute, texts: str | tuple[str, ...]) -> None:
        for text in (texts,) if isinstance(texts, str) else texts:
            for _literal, name, spec, conversion in string.Formatter().parse(text):
                if name is not None and (name not in names or spec or conversion):
                    raise ValueError(f"{{{name}}} is not known: what can be filled in is {known}")

    return check_placeholder_names
