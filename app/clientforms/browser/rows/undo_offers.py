"""Offers to bring back removed rows, each shown where its rows were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from clientforms.browser.dom.formset_markup import own_elements
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.runtime import document
from clientforms.engine import ClientFormSet
from clientforms.engine.rows.history import Removal
from clientforms.texts import text

__all__ = ["OFFER", "RemovalOffers", "make_offer"]

OFFER = "data-formset-removed"
_MOST = 5  # at a time; Ctrl+Z brings back older ones
_FIRST_CELLS = ":scope > tbody:first-of-type > tr:first-of-type > *, :scope > tr:first-of-type > *"
_TAGS = {"TABLE": "tbody", "TBODY": "tr", "UL": "li", "OL": "li", "MENU": "li"}


class RemovalOffers:
    """The offers of one formset. `element_of` returns a row's element by its key.

    If the author has an element for them, that is shown in its own place instead.
    """

    def __init__(
        self, container: Any, live: ClientFormSet, element_of: Callable[[str], Any]
    ) -> None:
        self._container = container
        self._live = live
        self._element_of = element_of
        self._rows_element: Any = None
        self._own: list[Any] = []
        self._said: dict[Removal, str] = {}
        self._shown: dict[Removal, Any] = {}

    def start(self, rows_element: Any) -> None:
        """Start to show offers among the children of `rows_element`."""
        self._rows_element = rows_element
        self._own = own_elements(self._container, f"[{OFFER}]")

    def offer(self, said: str) -> None:
        """Offer to take back the newest removal; `said` is the message."""
        removals = self._live.removals()
        if removals:
            self._said[removals[0]] = said
            for oldest in list(self._said)[:-_MOST]:
                del self._said[oldest]
        self.show()

    def bring_into_view(self) -> None:
        """Scroll to the newest offer, and then to the focused element, which has priority.

        Do it instantly, because a browser drops the first of two smooth scrolls.
        """
        shown = (
            self._shown[removal] for removal in self._live.removals() if removal in self._shown
        )
        for element in [*islice(shown, 1), document.activeElement]:
            element.scrollIntoView(block="nearest", behavior="instant")

    def show(self) -> None:
        """Show the offers that are still valid where their rows were, and remove all others."""
        if not self._said:
            return
        places = [place for place in self._live.places_of_removals() if place[0] in self._said]
        there = {removal for removal, _ in places}
        for removal in [shown for shown in self._shown if shown not in there]:
            self._shown.pop(removal).remove()
        for element in self._own:
            element.hidden = not places
        if self._own:
            return
        for removal, _ in places:
            if removal not in self._shown:
                self._shown[removal] = self._make(self._said[removal])
        self._put(places)

    def clear(self) -> None:
        """Remove all offers."""
        self._said.clear()
        for element in self._shown.values():
            element.remove()
        self._shown.clear()
        for element in self._own:
            element.hidden = True

    def removal_of(self, button: Any) -> Removal | None:
        """Return the removal that `button` takes back, None if it is not in an offer."""
        for removal, element in self._shown.items():
            if element.contains(button):
                return removal
        if any(element.contains(button) for element in self._own):
            return next(
                (removal for removal in self._live.removals() if removal in self._said), None
            )
        return None

    def _put(self, places: Sequence[tuple[Removal, str | None]]) -> None:
        """Put the offers in front of the rows that follow, leaving those that are in place."""
        following: dict[str | None, Any] = {}
        for removal, key in reversed(places):
            element = self._shown[removal]
            anchor = following.get(key) or (self._element_of(key) if key else None)
            following[key] = element
            if anchor:
                if not anchor.isSameNode(element.nextElementSibling):
                    anchor.before(element)
            elif order := self._live.order:
                last = self._element_of(order[-1])
                if not element.isSameNode(last.nextElementSibling):
                    last.after(element)
            else:
                self._rows_element.append(element)

    def _make(self, said: str) -> Any:
        tag = _TAGS.get(str(self._rows_element.tagName), "div")
        columns = sum(cell.colSpan for cell in self._rows_element.querySelectorAll(_FIRST_CELLS))
        return make_offer(tag, said, columns or 2)


def make_offer(tag: str, said: str, columns: int = 1) -> Any:
    """Return an element `tag` with the message `said` and a button to undo that.

    A part of a table gets a cell that spans all `columns`.
    """
    element = place = document.createElement(tag)
    element.setAttribute(OFFER, "")
    for outer, inner in (("tbody", "tr"), ("tr", "td"), ("td", "div")):
        if str(place.tagName).lower() == outer:
            made = document.createElement(inner)
            place.append(made)
            place = made
    for cell in element.querySelectorAll("td"):
        cell.colSpan = columns
    words, button = document.createElement("span"), document.createElement("button")
    put_text(words, said)
    button.type = "button"
    put_text(button, text("Undo"))
    button.setAttribute("data-formset-action", "undo")
    button.setAttribute("aria-label", f"{button.textContent}: {said}")
    button.setAttribute("aria-keyshortcuts", "Control+Z")
    place.append(words, " ", button)
    return element
