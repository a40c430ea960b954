"""Carry out `<form data-on-valid>` for valid forms that are not posted to a server.

`download` shows the cleaned data and offers them as files, `keep` adds them to a list in the
browser, `event` leaves them to the author's script. They are shown in `[data-outcome]`, which is
added at the end of the form if it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.outcome.downloads import offer_files
from clientforms.browser.outcome.saved_entries import KeptList
from clientforms.browser.outcome.value_tables import ValueTables
from clientforms.browser.page.containers import bindings_of, cleaned_by
from clientforms.browser.runtime import closest, document
from clientforms.texts import text

__all__ = ["carry_out"]


def carry_out() -> Scope:
    """Carry out each form's action when it is submitted and valid. Ends with the returned scope."""
    scope = Scope()
    lists: dict[str, KeptList] = {}
    for form in document.querySelectorAll("form[data-on-valid=keep]"):
        lists[str(form.id)] = KeptList(form, _place_in(form), scope)

    def on_submit(event: Any) -> None:
        form = closest(event.target, "form[data-on-valid]")
        if not form or event.defaultPrevented:
            return
        what = str(form.getAttribute("data-on-valid"))
        if what not in ("download", "keep"):
            return
        # Not from the event: JavaScript has no 5.0, and no integers beyond 2 to the 53rd. Besides, other
        # scripts may fire the event for invalid forms.
        cleaned = cleaned_by(form)
        if cleaned is None:
            return
        match what:
            case "download":
                _show(scope, _place_in(form), form, cleaned)
            case "keep" if str(form.id) in lists and not lists[str(form.id)].keep(cleaned):
                event.preventDefault()  # the values stay in the form, and in its draft

    def on_change(event: Any) -> None:
        form = closest(event.target, "form[data-on-valid=download]")
        place = form.querySelector("[data-outcome]") if form else None
        if place:
            place.hidden = True

    scope.listen(document, "clientforms:submit", on_submit)
    for name in ("formset:change", "formset:added", "formset:removed", "formset:invalid"):
        scope.listen(document, name, on_change)
    return scope


def _place_in(form: Any) -> Any:
    place = form.querySelector("[data-outcome]")
    if not place:
        place = document.createElement("div")
        place.className = "result"
        place.setAttribute("data-outcome", "")
        place.tabIndex = -1
        place.hidden = True
        form.append(place)
    return place


def _show(scope: Scope, place: Any, form: Any, cleaned: Mapping[str, Any]) -> None:
    heading = document.createElement("p")
    said = text("Everything is correct. These are your entries:")
    put_text(heading, said)
    shown = next(iter(cleaned.values())) if len(cleaned) == 1 else cleaned
    tables = ValueTables(bindings_of(form)).of(cleaned)
    files = offer_files(scope, form, lambda: shown, lambda: cleaned)
    place.replaceChildren(heading, tables, files)
    place.hidden = False
    place.focus()
    announce(said)
