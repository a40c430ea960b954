"""The address of the page that a site shows: the fragment of the URL, which works on any host and from a disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, console, plain_to_js, window

__all__ = ["SiteAddress"]


class SiteAddress:
    """The fragment `#/notes/3/?page=2`. `on_change` is called with the path when the visitor changes it.

    Only one site of a page has the fragment; an address with `is_shown` false is kept in memory only.
    """

    def __init__(self, start: str, on_change: Callable[[str], None], *, is_shown: bool) -> None:
        self._is_shown = is_shown
        self.path = start
        if is_shown:
            self.path = _in_fragment() or start
            self._scope = Scope()  # the page's scope never ends
            self._scope.listen(window, "popstate", lambda _: self._moved(on_change))

    def show(self, path: str, *, replace: bool) -> None:
        """Set the address to `path`; with `replace`, without an entry in the browser's history."""
        is_same = path == self.path
        self.path = path
        if not self._is_shown:
            return
        history, location, url = window.history, window.location, f"#{path}"
        if replace or is_same:
            _enter(
                lambda: history.replaceState(history.state, "", url), lambda: location.replace(url)
            )
        else:
            _enter(lambda: history.pushState(None, "", url), lambda: location.assign(url))

    def remember_scroll(self, position: float) -> None:
        """Keep a scroll position, in pixels, with the present entry of the history."""
        if self._is_shown and position != (self.scroll() or 0):
            state = plain_to_js({"siteScroll": position})
            _enter(lambda: window.history.replaceState(state, ""))

    def scroll(self) -> float | None:
        """Return the position of the present entry, None if it has none."""
        state: Any = window.history.state
        return float(state.siteScroll) if state and hasattr(state, "siteScroll") else None

    def url_of(self, path: str) -> str:
        """Return the URL at which another tab shows `path`."""
        return str(window.location.href).partition("#")[0] + f"#{path}"

    def _moved(self, on_change: Callable[[str], None]) -> None:
        path = _in_fragment()
        if path and path != self.path:
            on_change(path)


def _enter(*ways: Callable[[], object]) -> None:
    """Change the history in the first way that the browser lets the page take; the answer is shown in any case.

    WebKit refuses more than a hundred calls of pushState() and replaceState() in ten seconds, Firefox other calls, too.
    """
    for change in ways:
        try:
            change()
        except JsException as error:
            console.warn(f"clientforms: {error}")
        else:
            return


def _in_fragment() -> str:
    """Return the path in the fragment, without the page's own anchors."""
    fragment = str(window.location.hash).removeprefix("#")
    return fragment if fragment.startswith("/") else ""
