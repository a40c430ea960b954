"""The cookies of a site in the page: what Django sets, until it expires.

They are kept beside the page and not in `document.cookie`, which does not exist for a page from a disk,
and which scripts could read even if a cookie is HttpOnly.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie

__all__ = ["CookieJar"]


@dataclass(frozen=True, slots=True)
class _Cookie:
    value: str
    end: float | None  # the moment in seconds since 1970

    @property
    def is_alive(self) -> bool:
        return self.end is None or self.end > time.time()


class CookieJar:
    """Cookies by name and path. One without an expiry date lasts until the browser's tab is closed."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str], _Cookie] = {}

    def header(self, place: str) -> str:
        """Return the `Cookie` header of a request for the path `place`, empty if there are none.

        Those of longer paths come first (RFC 6265, 5.4).
        """
        self._cookies = {key: each for key, each in self._cookies.items() if each.is_alive}
        sent = [(name, path) for name, path in self._cookies if _is_below(place, path)]
        sent.sort(key=lambda key: -len(key[1]))
        return "; ".join(f"{key[0]}={self._cookies[key].value}" for key in sent)

    def take(self, cookies: SimpleCookie) -> bool:
        """Take over what a response sets or deletes; return whether there was anything."""
        for name, morsel in cookies.items():
            key = name, str(morsel["path"] or "/")
            cookie = _Cookie(morsel.coded_value, _end_of(morsel))
            if cookie.is_alive:
                self._cookies[key] = cookie
            else:
                self._cookies.pop(key, None)
        return bool(cookies)

    def as_json(self, *, lasting: bool) -> str:
        """Return the cookies with an expiry date, or those without, for `read()`."""
        kept = self._kind(lasting=lasting)
        return json.dumps([[*key, each.value, each.end] for key, each in kept.items()])

    def read(self, written: str, *, lasting: bool) -> None:
        """Replace the cookies of this kind by those that `as_json()` wrote.

        Raises ValueError or TypeError if it is anything else.
        """
        given = {
            (str(name), str(path)): _Cookie(str(value), None if end is None else float(end))
            for name, path, value, end in json.loads(written)
        }
        self._cookies = self._kind(lasting=not lasting) | given

    def _kind(self, *, lasting: bool) -> dict[tuple[str, str], _Cookie]:
        return {
            key: each for key, each in self._cookies.items() if (each.end is not None) == lasting
        }


def _is_below(place: str, path: str) -> bool:
    """Return whether a cookie of `path` is sent to `place` (RFC 6265, 5.1.4)."""
    return place == path or place.startswith(path if path.endswith("/") else f"{path}/")


def _end_of(morsel: Morsel[str]) -> float | None:
    """Return the moment at which a cookie expires (RFC 6265, 5.3: Max-Age comes before Expires)."""
    if morsel["max-age"] != "":
        return time.time() + int(morsel["max-age"])
    if morsel["expires"]:
        return parsedate_to_datetime(morsel["expires"]).timestamp()
    return None
