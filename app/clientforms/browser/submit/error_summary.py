"""The box that a refused submit opens at the top of its form: what is wrong, with a link to each place.

It follows technique G139 of WCAG and GOV.UK's error summary. It exists only while something is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.listed_errors import ListedError
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.reveal import go_to
from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import mark
from clientforms.browser.runtime import document
from clientforms.texts import counted

__all__ = ["ErrorSummary", "summary_has_focus"]

_MARK = "data-clientforms-errors"
_MOST = 100  # links


def summary_has_focus() -> bool:
    """Return whether the focus is on such a box, where it should stay."""
    focused = document.activeElement
    return bool(focused) and bool(focused.hasAttribute(_MARK))


class ErrorSummary:
    """The box of one `<form>`, whose live forms `bindings` returns."""

    def __init__(self, form: Any, bindings: Callable[[], Sequence[Binding]]) -> None:
        self._form = form
        self._bindings = bindings
        self._box: Any = None
        self._scope = Scope()
        self._errors: list[ListedError] = []

    def is_wanted(self) -> bool:
        """Return whether the author wants it: `data-error-summary="off"` turns it off."""
        return bool(self._form.getAttribute("data-error-summary") != "off")

    def show(self, *, takes_focus: bool = True) -> bool:
        """Show the present errors; return whether there are any.

        The box gets the focus, or else it is announced.
        """
        self.hide()
        self._errors = self._listed()
        if not self._errors:
            return False
        self._scope = Scope()
        self._box = document.createElement("div")
        self._box.setAttribute(_MARK, "")
        self._box.setAttribute("role", "group")
        self._box.tabIndex = -1
        self._fill()
        self._form.prepend(self._box)
        self._scope.listen(self._box, "click", self._on_click)
        for event in ("focusout", "formset:valid", "formset:invalid", "formset:removed"):
            self._scope.listen(self._form, event, self._on_news)
        if takes_focus:
            self._box.focus()
        else:
            announce(self._box.getAttribute("aria-label"))
        return True

    def hide(self) -> None:
        """Remove the box."""
        self._scope.end()
        if self._box:
            self._box.remove()
            self._box = None

    def _on_news(self, event: Any) -> None:
        # Nothing may move while a pointer is pressed, and what it is pressed on is not known yet.
        self._scope.soon(lambda: pressed_pointer.after(self._scope, self._follow))

    def _follow(self) -> None:
        """Take out what was corrected, and remove the box after the last error."""
        now = self._listed()
        if not now:
            self.hide()
        elif [error.text for error in now] != [error.text for error in self._errors]:
            self._errors = now
            self._fill()

    def _listed(self) -> list[ListedError]:
        return [error for binding in self._bindings() for error in binding.listed_errors()]

    def _fill(self) -> None:
        count = len(self._errors)
        said = counted(
            "Not sent: %(count)d error to fix.", "Not sent: %(count)d errors to fix.", count
        )
        tag = "h3" if document.querySelector("h2") else "h2"
        end = ""
        if count > _MOST:
            more = counted("%(count)d more.", "%(count)d more.", count - _MOST)
            end = f"<p>{escape(more)}</p>"
        self._box.setAttribute("aria-label", said)
        links = "".join(_links(self._errors[:_MOST]))
        self._box.innerHTML = f"<{tag}>{escape(said)}</{tag}><ul>{links}</ul>{end}"
        mark(self._box.firstElementChild, said)

    def _on_click(self, event: Any) -> None:
        link = event.target.closest("a")
        if not link:
            return
        event.preventDefault()
        place = self._errors[int(link.getAttribute("data-error"))].place()
        if not place:
            return
        if place.tabIndex < 0:
            place.tabIndex = -1  # a list of errors takes the focus only when it is sent there
        go_to(place, self._scope)


def _links(errors: Iterable[ListedError]) -> Iterable[str]:
    for number, error in enumerate(errors):
        place = error.place()
        address = escape(f"#{place.id}" if place and place.id else "#")
        yield f'<li><a href="{address}" data-error="{number}">{escape(error.text)}</a></li>'
