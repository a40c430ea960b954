"""Shows Django's messages without a page load, as blocks or as toasts. Both can be dismissed.

Messages of the levels error and warning appear in `<div data-messages="error warning">`, those of any level in
`<div data-messages>`. A message without such an element is a toast. The extra tags `block` and `toast` select the
kind for a single message.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import mark, put_text
from clientforms.browser.runtime import document, window
from clientforms.online.online_words import word
from clientforms.texts import text

__all__ = ["Action", "Messages"]

_SECONDS = {"debug": 8, "info": 8, "success": 8}
"""How long toasts of these levels stay. Toasts of other levels stay until they are dismissed."""
_TOASTS = "clientforms-toasts"
_LONGER = 20  # seconds, for toasts with links or buttons
_STYLE = """
:where(.clientforms-toasts) { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483000; display: grid;
  gap: .5rem; max-width: min(26rem, calc(100vw - 2rem)); }
:where(.clientforms-message) { display: flex; gap: .75rem; align-items: start; padding: .6rem .8rem;
  border: 1px solid; border-inline-start-width: .4rem; border-radius: .3rem; background: Canvas; color: CanvasText;
  margin-block: .5rem; }
:where(.clientforms-toasts > .clientforms-message) { margin: 0; box-shadow: 0 .2rem .8rem rgb(0 0 0 / .3); }
:where(.clientforms-message-text) { flex: 1; overflow-wrap: anywhere; }
:where(.clientforms-message button) { min-inline-size: 1.6rem; min-block-size: 1.6rem; }
:where(.clientforms-message.success) { border-color: #2e7d32; }
:where(.clientforms-message.warning) { border-color: #b26a00; }
:where(.clientforms-message.error) { border-color: #c62828; }
:where(.clientforms-message.info, .clientforms-message.debug) { border-color: #1565c0; }
"""
"""`:where()` has no specificity, so any rule in the site's own style sheets overrides these."""


@dataclass(frozen=True, slots=True)
class Action:
    """A control in a message: a link to `address`, or a button that calls `press`."""

    label: str
    press: Callable[[], None] | None = None
    address: str = ""


class Messages:
    """Shows and removes messages in the page."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._shown: list[tuple[Any, str, Scope]] = []  # element, topic, listeners
        sheet = window.CSSStyleSheet.new()
        sheet.replaceSync(_STYLE)
        document.adoptedStyleSheets.push(sheet)

    def show(self, messages: Sequence[Any], about: str, actions: Sequence[Action] = ()) -> None:
        """Show messages from the server's JSON. The first one gets the actions.

        `about` names the topic of the messages: `clear()` removes them by this name.
        """
        polite = []
        for message in messages:
            if isinstance(message, Mapping):
                said = self._show(message, about, actions, self._place(message))
                actions = ()
                if not _is_urgent(message):
                    polite.append(said)
        if polite:
            announce(" ".join(polite))

    def say(
        self, text: str, level: str, about: str, actions: Sequence[Action] = (), place: Any = None
    ) -> None:
        """Show a message of clientforms itself, in the element `place` if it is given."""
        message = {"message": text, "level_tag": level, "tags": level}
        self._show(message, about, actions, place or self._place(message))
        if not _is_urgent(message):
            announce(text)

    def clear(self, about: str) -> None:
        """Remove the messages about this topic."""
        for element, source, _ in list(self._shown):
            if source == about:
                self._dismiss(element)

    def _show(
        self, message: Mapping[str, Any], about: str, actions: Sequence[Action], place: Any
    ) -> str:
        """Show one message. Returns its text."""
        self._shown = [each for each in self._shown if each[0].isConnected or self._drop(each)]
        level = str(message.get("level_tag") or "")
        own = Scope()
        element, text = _from_template(place)
        element.classList.add("clientforms-message")
        for tag in str(message.get("tags") or level).split():
            element.classList.add(tag)
        element.setAttribute("data-level", level)
        if message.get("is_safe"):
            text.innerHTML = str(message.get("message"))  # marked with mark_safe() on the server
        else:
            text.textContent = str(message.get("message"))
            mark(text, message.get("message", ""))
        said = str(text.textContent)
        for action in actions:
            text.append(" ", self._made(action, element, own))
        close = element.querySelector("[data-message-dismiss]")
        if not close:
            close = document.createElement("button")
            close.textContent = "×"
            close.setAttribute("aria-label", word("Dismiss"))
            mark(close, word("Dismiss"))
            element.append(close)
        close.setAttribute("type", "button")
        own.listen(close, "click", lambda _: self._dismiss(element))
        self._shown.append((element, about, own))
        is_toast = not place
        if _is_urgent(message):
            element.setAttribute("role", "alert")
        (_toast_region() if is_toast else place).append(element)
        if is_toast and level in _SECONDS:
            self._go_later(element, own, _LONGER if actions else _SECONDS[level])
        return said

    def _go_later(self, element: Any, own: Scope, seconds: int) -> None:
        def go() -> None:
            if element.matches(":hover, :focus-within"):
                self._go_later(element, own, seconds)
            else:
                self._dismiss(element)

        own.later("go", seconds * 1000, go)

    def _made(self, action: Action, element: Any, own: Scope) -> Any:
        made = document.createElement("a" if action.address else "button")
        put_text(made, action.label)
        if action.address:
            made.setAttribute("href", action.address)
            made.setAttribute("target", "_blank")
            return made
        made.setAttribute("type", "button")

        def press(_: Any) -> None:
            self._dismiss(element)
            if action.press:
                action.press()

        own.listen(made, "click", press)
        return made

    def _place(self, message: Mapping[str, Any]) -> Any:
        """Return the element for a message, None if it is a toast."""
        tags = str(message.get("tags") or "").split()
        if "toast" in tags:
            return None
        for place in document.querySelectorAll("[data-messages]"):
            levels = str(place.getAttribute("data-messages")).split()
            if not levels or "block" in tags or message.get("level_tag") in levels:
                return place
        return None

    def _dismiss(self, element: Any) -> None:
        for each in list(self._shown):
            if each[0].isSameNode(element):
                self._shown.remove(each)
                self._scope.soon(each[2].end)  # later, because this may run in one of its listeners
        region = element.closest(f".{_TOASTS}")
        element.remove()
        if region and not region.childElementCount:
            region.remove()

    def _drop(self, shown: tuple[Any, str, Scope]) -> bool:
        """Remove the listeners of a message that another script removed from the page."""
        shown[2].end()
        return False


def _toast_region() -> Any:
    """Return the element for toasts. It is inside an open modal dialog if there is one, because the rest is inert."""
    dialog = document.querySelector("dialog:modal")
    for region in (dialog or document.body).querySelectorAll(f".{_TOASTS}"):
        if dialog or not region.closest("dialog"):
            return region
    region = document.createElement("div")
    region.className = _TOASTS
    region.setAttribute("role", "region")
    region.setAttribute("aria-label", text("Messages"))
    (dialog or document.body).append(region)
    return region


def _from_template(place: Any) -> tuple[Any, Any]:
    """Return a new message element and its text element, made from the `<template>` in `place` if there is one."""
    template = place.querySelector("template") if place else None
    if template and template.content.firstElementChild:
        element = template.content.firstElementChild.cloneNode(True)
        return element, element.querySelector("[data-message-text]") or element
    element = document.createElement("div")
    text = document.createElement("div")
    text.className = "clientforms-message-text"
    element.append(text)
    return element, text


def _is_urgent(message: Mapping[str, Any]) -> bool:
    return message.get("level_tag") in ("error", "warning")
