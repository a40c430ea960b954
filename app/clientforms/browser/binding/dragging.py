"""Reorder rows by drag and drop, with SortableJS. The engine decides on the order.

SortableJS moves the row's element while the pointer is down. After that, the engine moves the
row, and the page is put into the engine's order, whatever that is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.formset_markup import ROW
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import (
    console,
    document,
    load_library,
    plain_to_js,
    pointer_event,
    rows_script,
    window,
)
from clientforms.engine import ClientFormSet

__all__ = ["HANDLE", "Dragging"]

HANDLE = "[data-formset-handle]"
_ANIMATION = 150  # milliseconds; 0 for users who prefer reduced motion


class Dragging:
    """Drag and drop for the rows of one formset, until its scope ends."""

    def __init__(
        self,
        rows_element: Any,
        live: ClientFormSet,
        move: Callable[[int, int], None],
        put_in_order: Callable[[], None],
    ) -> None:
        self._rows_element = rows_element
        self._live = live
        self._move = move
        self._put_in_order = put_in_order
        self._sortable: Any = None
        self._library: Any = None
        self._active = False
        self._cancelled = False
        self._focused: Any = None
        self._ticked: list[Any] = []

    def start(self, scope: Scope) -> None:
        """Load the library when the page is live, and then show the handles."""
        scope.at_end(self._end)
        scope.listen(document, "keydown", self._on_key, capture=True)
        own = Scope()  # a validation cancels all timers of the binding's scope
        scope.at_end(own.end)
        own.later("dragging", 0, lambda: self._load_soon(scope))

    def show_handles(self, element: Any) -> None:
        """Show the handles in `element` if the library is loaded, else hide them."""
        rows_script().showHandles(element, HANDLE, bool(self._sortable))

    def _load_soon(self, scope: Scope) -> None:
        scope.task(self._load(scope))

    async def _load(self, scope: Scope) -> None:
        try:
            self._library = await load_library("Sortable", "sortable.js")
        except OSError as error:
            console.error(f"clientforms: {error} Rows can be moved by buttons and keys alone.")
            return
        calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches
        options = {
            "handle": HANDLE,
            "draggable": f"> {ROW}",
            "direction": "vertical",
            "animation": 0 if calm else _ANIMATION,
            # The browser's own drag and drop does not start from a button in Firefox, and ignores
            # Escape; pointer events work alike for mouse, pen and finger.
            "forceFallback": True,
            "fallbackOnBody": True,
            "fallbackTolerance": 3,
            "onChoose": scope.function(self._on_choose),
            "onStart": scope.function(self._on_start),
            "onEnd": scope.function(self._on_end),
        }
        self._sortable = self._library.create(self._rows_element, plain_to_js(options))
        pressed_pointer.after(scope, lambda: self.show_handles(self._rows_element))

    def _end(self) -> None:
        self._cancel()
        if self._sortable:
            self._sortable.destroy()
            self._sortable = None
        self.show_handles(self._rows_element)

    # Events

    def _on_choose(self, event: Any) -> None:
        self._focused = document.activeElement
        radios = event.item.querySelectorAll('input[type="radio"]')
        self._ticked = [radio for radio in radios if radio.checked]

    def _on_start(self, event: Any) -> None:
        """Empty the copy that SortableJS shows under the pointer; the row itself moves too.

        The copy has the names of the original. It must not be posted, nor untick radio buttons.
        """
        self._active, self._cancelled = True, False
        self._library.ghost.replaceChildren()
        self._library.ghost.hidden = True
        for radio in self._ticked:
            radio.checked = True

    def _on_key(self, event: Any) -> None:
        if self._active and event.key == "Escape":
            event.preventDefault()
            event.stopPropagation()
            self._cancel()

    def _cancel(self) -> None:
        if self._active:
            self._cancelled = True
            document.dispatchEvent(pointer_event("pointerup"))

    def _on_end(self, event: Any) -> None:
        self._active = False
        pressed_pointer.let_go()  # no click follows
        key = str(event.item.getAttribute("data-key"))
        order = self._live.order
        shown = [str(row.getAttribute("data-key")) for row in self._rows_element.children]
        places = [shown_key for shown_key in shown if shown_key in order]
        cancelled = self._cancelled or event.originalEvent.type == "pointercancel"
        try:
            if not cancelled and key in places and places.index(key) != order.index(key):
                self._move(order.index(key), places.index(key))
        finally:
            self._put_in_order()
        if self._focused and self._focused.isConnected:
            self._focused.focus(plain_to_js({"preventScroll": True}))
