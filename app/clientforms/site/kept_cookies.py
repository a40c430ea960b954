"""Keep a site's cookies in the browser: those with an expiry date for all tabs, the others for this one."""

from __future__ import annotations

from clientforms.browser.dom.local_storage import Storage, StorageError
from clientforms.browser.runtime import console
from clientforms.site.cookie_jar import CookieJar

__all__ = ["KeptCookies"]


class KeptCookies:
    """A cookie jar that outlives the page. `name` is that of the site."""

    def __init__(self, name: str) -> None:
        self.jar = CookieJar()
        self._key = f"clientforms-site:{name}:cookies"
        self._storages = {True: Storage("localStorage"), False: Storage("sessionStorage")}
        self._written: dict[bool, str] = {}

    def read(self) -> None:
        """Take over what this tab stored before, and what other tabs have stored since."""
        for lasting, storage in self._storages.items():
            written = storage.read(self._key).get(self._key, "")
            if written and written != self._written.get(lasting):
                self._written[lasting] = written
                try:
                    self.jar.read(written, lasting=lasting)
                except (TypeError, ValueError):
                    console.warn(f"clientforms: {self._key} is damaged, and is not used.")

    def write(self) -> None:
        """Store the cookies, if they have changed and the browser lets the page store anything."""
        for lasting, storage in self._storages.items():
            written = self.jar.as_json(lasting=lasting)
            if written == self._written.get(lasting, "[]"):
                continue
            self._written[lasting] = written
            try:
                storage.write(self._key, written)
            except StorageError as error:
                console.warn(f"clientforms: cookies are lost when this page is closed. {error}")
