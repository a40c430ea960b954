"""A browser context that many tests share, so that their pages start as on a second visit.

The context keeps files, the snapshot of Python and its compiled code. What a page itself stores, such as drafts, is
removed after each test. A page starts in half the time of one in a new context (0.40 against 0.79 s).
"""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

__all__ = ["CONTEXT", "ONE_PROCESS", "VisitedContext", "keep_compiled"]

#: No click waits until a smooth scroll has ended: that takes half a second each.
CONTEXT: dict[str, Any] = {
    "viewport": {"width": 1280, "height": 900},
    "reduced_motion": "reduce",
}

#: An argument of Chromium: pages of one context and site share a process, and so compiled WebAssembly.
ONE_PROCESS = "--process-per-site"

_COMPILE = "async (url) => { window.compiled = await WebAssembly.compileStreaming(fetch(url)); }"
_STORED = "cookies,local_storage,indexeddb,file_systems,service_workers,shared_storage"
_LASTING = (
    "add_init_script",
    "expose_function",
    "expose_binding",
    "set_extra_http_headers",
    "set_geolocation",
)


class VisitedContext:
    """Makes pages, and leaves nothing of theirs behind but what a second visit finds."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._origins: set[str] = set()
        self._open()

    def _open(self) -> None:
        self._context = self._browser.new_context(**CONTEXT)
        for name in _LASTING:
            setattr(self._context, name, _refuse(name))
        # Chromium keeps compiled code as long as a page uses it. This one stays open.
        self._keeper = self._context.new_page()
        self._has_crashed = False
        self._keeper.on("crash", self._note_crash)
        keep_compiled(self._keeper, self._address)
        self._devtools = self._context.new_cdp_session(self._keeper)
        self._context.on("request", self._note)

    def new_page(self) -> Page:
        """Open a page."""
        return self._context.new_page()

    def leave(self) -> None:
        """Close all pages, and forget what they stored and what they were told."""
        for page in self._context.pages:
            if page != self._keeper:
                page.close()
        if self._has_crashed:  # a test let its page crash, and with it their process
            self._context.close()
            self._open()
            return
        self._context.unroute_all()
        self._context.set_offline(False)
        self._context.clear_cookies()
        self._context.clear_permissions()
        for origin in self._origins:
            self._devtools.send(
                "Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _STORED}
            )
        self._origins.clear()

    def close(self) -> None:
        """Close the context."""
        self._context.close()

    def _note_crash(self, _: Page) -> None:
        self._has_crashed = True

    def _note(self, request: Any) -> None:
        if request.url.startswith("http"):
            parts = urlsplit(request.url)
            self._origins.add(f"{parts.scheme}://{parts.netloc}")


def keep_compiled(page: Page, address: str) -> None:
    """Let `page` hold the compiled interpreter for others of its context, as long as it is open."""
    page.route(address, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(address)
    page.evaluate(_COMPILE, f"{address}/static/runtime/pyodide/pyodide.asm.wasm")


def _refuse(name: str) -> Any:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise RuntimeError(
            f"{name} would last for other tests too: mark this one as a first_visit."
        )

    return refuse
