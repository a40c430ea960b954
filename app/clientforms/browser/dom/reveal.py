"""Reveal an element that is hidden in closed details, tabs or `hidden="until-found"`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import css_escape, custom_event, document, plain_to_js, window

__all__ = ["go_to", "reveal"]

_PAUSE = 100  # milliseconds between checks whether a tab has opened, because many fade in
_LOOKS = 10


def go_to(control: Any, scope: Scope) -> None:
    """Make `control` visible and focus it, waiting for tabs that open with a delay."""
    opens = reveal(control)
    _focus(control)
    if not _is_shown(control):
        _look_again(control, scope, _LOOKS if opens else 0)


def reveal(element: Any) -> bool:
    """Open the ancestors that hide `element`, outermost first; return whether a control was pressed.

    Details are opened. `hidden="until-found"` is revealed as for a search in the page: see "ancestor
    revealing algorithm" in the HTML standard. For anything else, the control that refers to it, such
    as a tab with `aria-controls`, is pressed.
    """
    pressed = False
    for ancestor in reversed(list(_around(element))):
        if (
            ancestor.tagName == "DETAILS"
            and not ancestor.open
            and not _is_summary(ancestor, element)
        ):
            ancestor.open = True
        elif ancestor.getAttribute("hidden") == "until-found":
            ancestor.dispatchEvent(custom_event("beforematch", {}))
            ancestor.removeAttribute("hidden")
        elif _is_hidden(ancestor):
            pressed |= _press_what_opens(ancestor)
    return pressed


def _look_again(control: Any, scope: Scope, left: int) -> None:
    if left and not _is_shown(control):
        scope.later("reveal", _PAUSE, lambda: _look_again(control, scope, left - 1))
        return
    for ancestor in reversed(list(_around(control))):
        if _is_hidden(ancestor):
            _force(ancestor)
    _focus(control)


def _focus(control: Any) -> None:
    control.focus()
    if not control.isSameNode(document.activeElement) and control.parentElement:
        # A script replaced the control by something else.
        control.parentElement.scrollIntoView(plain_to_js({"block": "center"}))


def _around(element: Any) -> Iterator[Any]:
    parent = element.parentElement
    while parent:
        yield parent
        parent = parent.parentElement


def _is_summary(details: Any, element: Any) -> bool:
    first = details.querySelector(":scope > summary")
    return bool(first) and bool(first.contains(element))


def _is_hidden(element: Any) -> bool:
    style = window.getComputedStyle(element)
    return bool(style.display == "none" or style.visibility != "visible")


def _is_shown(control: Any) -> bool:
    return not any(_is_hidden(ancestor) for ancestor in _around(control))


def _press_what_opens(panel: Any) -> bool:
    """Press the controls that refer to `panel` until it is shown; return whether there were any."""
    found = False
    for control in _openers(panel):
        if control.matches(":disabled") or panel.contains(control):
            continue
        found = True
        _press(control)
        if not _is_hidden(panel):
            break
    return found


def _openers(panel: Any) -> Iterator[Any]:
    if panel.id:
        mark = css_escape(panel.id)
        names = [f'[{name}~="{mark}"]' for name in ("aria-controls", "popovertarget", "commandfor")]
        names += [f'[{name}="#{mark}"]' for name in ("href", "data-bs-target", "data-target")]
        yield from document.querySelectorAll(", ".join(names))
    for name in (panel.getAttribute("aria-labelledby") or "").split():
        label = document.getElementById(name)
        if label and label.matches('[role="tab"], button, a, summary'):
            yield label


def _press(control: Any) -> None:
    """Click `control`, without letting a submit button send its form."""
    sends = control.tagName == "BUTTON" and control.type == "submit" and control.form
    given = control.getAttribute("type")
    if sends:
        control.type = "button"
    control.click()
    if sends:
        if given:
            control.setAttribute("type", given)
        else:
            control.removeAttribute("type")


def _force(element: Any) -> None:
    """Show `element` if its script left it hidden, because the user has to see the error."""
    if element.tagName == "DIALOG":
        element.show()
        return
    element.removeAttribute("hidden")
    for name, value in (("display", "revert"), ("visibility", "visible")):
        if _is_hidden(element):
            element.style.setProperty(name, value, "important")
