"""How the double says no, in Launchpad's words."""

from __future__ import annotations

from typing import NoReturn


class Refused(Exception):
    """An answer other than success."""

    def __init__(self, status: int, body: str, *, late: bool = False, **headers: str) -> None:
        """Header names are given with `_` for `-`; `late` tells that the request had passed all checks of its form."""
        super().__init__(status, body)
        self.status = status
        self.late = late or status in (404, 500)
        self.body = body
        self.headers = {name.replace("_", "-").title(): value for name, value in headers.items()}


def raise_bad_request(*lines: str) -> NoReturn:
    """400, one line for each bad field."""
    raise Refused(400, "\n".join(lines))


def raise_server_error(kind: str) -> NoReturn:
    """500, the body is the name of the exception."""
    raise Refused(500, kind)


def raise_unauthorized(text: str) -> NoReturn:
    """401: not allowed, or a bad token; only the text tells."""
    raise Refused(401, text)


def raise_not_permitted(name: str, permission: str, of: str = "<Bug object>") -> NoReturn:
    """401 of the security proxy."""
    raise_unauthorized(f"({of}, {name!r}, 'launchpad.{permission}')")


def raise_not_found(name: str, of: str = "lp.systemhomes.MaloneApplication object at 0x7f558ad54a30") -> NoReturn:
    """404, as for what is private."""
    raise Refused(404, f"Object: <{of}>, name: {name!r}")


def raise_no_such_object(field: str, url: object) -> NoReturn:
    """400: a link that leads nowhere."""
    raise_bad_request(f'{field}: No such object "{url}".')
