"""Show developers the cleaned data of a form that is not posted to a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import cleaned_by
from clientforms.browser.runtime import closest, css_escape, document
from clientforms.texts import EnglishText

__all__ = ["show_results"]

_SAID = "Valid. This is the cleaned data that Django hands to your code:"


def show_results(describe: Callable[[Any], str]) -> Scope:
    """Fill `[data-result=ID]` when the form ID is submitted and valid.

    `describe` converts the cleaned data, plain values by name of form, to text. The result is hidden
    again when something changes. Ends with the returned scope.
    """
    scope = Scope()

    def show(event: Any) -> None:
        form = closest(event.target, "form")
        place = _place_of(form) if form else None
        if not place:
            return
        cleaned = cleaned_by(form)
        if cleaned is None:  # another script fired the event
            return
        heading, code = document.createElement("p"), document.createElement("pre")
        heading.textContent = _SAID
        heading.lang = "en"
        code.textContent = describe(cleaned)
        code.tabIndex = 0
        code.dir = "ltr"
        place.replaceChildren(heading, code)
        place.hidden = False
        place.focus()
        announce(EnglishText(_SAID))

    def hide(event: Any) -> None:
        form = closest(event.target, "form")
        place = _place_of(form) if form else None
        if place:
            place.hidden = True

    scope.listen(document, "clientforms:submit", show)
    for name in (
        "formset:change",
        "formset:added",
        "formset:removed",
        "formset:invalid",
    ):
        scope.listen(document, name, hide)
    return scope


def _place_of(form: Any) -> Any:
    return document.querySelector(f'[data-result="{css_escape(str(form.id))}"]')
