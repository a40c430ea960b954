"""The cookies of a site in the page: what Django sets, until it expires.

They are kept beside the page and not in `document.cookie`, which does not exist for a page from a disk,
and which scripts could read even if a cookie is HttpOnly.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie
from typing import Any

__all__ = ["CookieJar"]


class CookieJar:
    """Cookies by name. A cookie without an expiry date lasts until the browser's tab is closed."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[str, float | None]] = {}  # the moment in seconds since 1970

    def header(self) -> str:
        """Return the value of a request's `Cookie` header, empty if there are none."""
        now = time.time()
        alive = {
            name: (value, end)
            for name, (value, end) in self._values.items()
            if not end or end > now
        }
        self._values = alive
        return "; ".join(f"{name}={value}" for name, (value, _) in alive.items())

    def take(self, cookies: SimpleCookie) -> bool:
        """Take over what a response sets or deletes; return whether there was anything."""
        for name, morsel in cookies.items():
            end = _end_of(morsel)
            if end is not None and end <= time.time():
                self._values.pop(name, None)
            else:
                self._values[name] = (morsel.coded_value, end)
        return bool(cookies)

    def as_json(self, *, lasting: bool) -> str:
        """Return the cookies with an expiry date, or those without, for `read()`."""
        return json.dumps(
            {name: pair for name, pair in self._values.items() if (pair[1] is not None) == lasting}
        )

    def read(self, written: str, *, lasting: bool) -> None:
        """Replace the cookies of this kind by those that `as_json()` wrote.

        Raises ValueError or TypeError if it is anything else.
        """
        given: Mapping[str, Any] = json.loads(written)
        kept = {
            name: pair for name, pair in self._values.items() if (pair[1] is not None) != lasting
        }
        self._values = kept | {
            str(name): (str(value), None if end is None else float(end))
            for name, (value, end) in given.items()
        }


def _end_of(morsel: Morsel[str]) -> float | None:
    """Return the moment at which a cookie expires (RFC 6265, 5.3: Max-Age comes before Expires)."""
    if morsel["max-age"] != "":
        return time.time() + int(morsel["max-age"])
    if morsel["expires"]:
        return parsedate_to_datetime(morsel["expires"]).timestamp()
    return None
