"""The refusals of the double, in the words of Launchpad."""

from __future__ import annotations

from typing import NoReturn


class Refused(Exception):
    """An answer other than 200; raised wherever a request is handled."""

    def __init__(self, status: int, body: str, *, late: bool = False, **headers: str) -> None:
        """Set header names with `_` for `-`, and `late` if the request has passed all checks of its form."""
        super().__init__(status, body)
        self.status = status
        self.late = late or status in (404, 500)
        self.body = body
        self.headers = {name.replace("_", "-").title(): value for name, value in headers.items()}


def raise_bad_request(*lines: str) -> NoReturn:
    """Raise 400, with one line for each bad field."""
    raise Refused(400, "\n".join(lines))


def raise_server_error(kind: str) -> NoReturn:
    """Raise 500, whose body is the name of an exception."""
    raise Refused(500, kind)


def raise_unauthorized(text: str) -> NoReturn:
    """Raise 401, for a missing right or a bad token: only the text distinguishes them."""
    raise Refused(401, text)


def raise_not_permitted(name: str, permission: str, of: str = "<Bug object>") -> NoReturn:
    """Raise 401 of the security proxy."""
    raise_unauthorized(f"({of}, {name!r}, 'launchpad.{permission}')")


def raise_not_found(name: str, of: str = "lp.systemhomes.MaloneApplication object at 0x7f558ad54a30") -> NoReturn:
    """Raise 404, also for what is private."""
    raise Refused(404, f"Object: <{of}>, name: {name!r}")


def raise_no_such_object(field: str, url: object) -> NoReturn:
    """Raise 400 for a link to an object that does not exist."""
    raise_bad_request(f'{field}: No such object "{url}".')
