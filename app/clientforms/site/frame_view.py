"""Show answers in a document of their own: `<iframe data-site="config.urls">`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document, promise, window

__all__ = ["FrameView"]


class FrameView:
    """A frame whose document is the last answer. Scripts in it run as they do in a page of a server."""

    def __init__(
        self, element: Any, on_click: Callable[[Any], None], on_submit: Callable[[Any], None]
    ) -> None:
        self.element = element
        self._on_click = on_click
        self._on_submit = on_submit
        self._scope = Scope()

    async def show(self, fresh: Any, *, is_new_place: bool, submitted: Any = None) -> None:
        """Replace the frame's document, and wait until it is loaded."""
        script = fresh.createElement("script")
        script.src = window.clientforms.siteView.source()
        fresh.head.prepend(script)
        self._scope.end()
        self._scope = Scope()
        frame = self.element
        written = "<!doctype html>\n" + str(fresh.documentElement.outerHTML)

        def start(resolve: Any, _reject: Any) -> None:
            frame.addEventListener("load", resolve, window.clientforms.siteView.once)
            frame.srcdoc = written

        await promise(start)
        if title := str(fresh.title):
            document.title = title
        if not frame.title:
            frame.title = title

    def adopt(self, frame_window: Any) -> None:
        """Listen to the document that the frame begins to load."""
        inside = frame_window.document
        self._scope.listen(inside, "click", self._on_click)
        self._scope.listen(inside, "auxclick", self._on_click)
        self._scope.listen(inside, "submit", self._on_submit)
