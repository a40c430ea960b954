"""Buttons that post to a URL and replace a fragment: `<button data-action="/stables/3/toggle/">`.

The HTML in the response replaces the element that `data-target` selects, or the closest `[data-fragment]`. Empty HTML
removes it. `undo` in the response is the URL that reverts the action. With an empty `data-action`, a button in a
`<form>` posts the form, as it does without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import bindings
from clientforms.browser.runtime import JsException, closest, console, document, window
from clientforms.online.answer_texts import explanation
from clientforms.online.asking_forms import AskingForms
from clientforms.online.fragments import Place
from clientforms.online.messages import Action, Messages
from clientforms.online.online_words import word
from clientforms.online.server_requests import Answer, Waiting, is_of_this_server, post
from clientforms.texts import text

__all__ = ["SmallActions"]


class SmallActions:
    """Runs the actions of `data-action` buttons."""

    def __init__(self, scope: Scope, messages: Messages, asking: AskingForms) -> None:
        self._scope = scope
        self._messages = messages
        self._asking = asking
        scope.listen(document, "click", self._on_click)

    def _on_click(self, event: Any) -> None:
        button = closest(event.target, "[data-action]")
        if not button or event.defaultPrevented:
            return
        address = _address(button)
        if address is None:
            return
        event.preventDefault()
        if button.getAttribute("aria-busy") == "true":
            return
        question = button.getAttribute("data-confirm")
        if question and not window.confirm(question):
            return
        target = _target(button)
        if not (address and is_of_this_server(address) and target):
            console.warn(
                f"clientforms: data-action={address!r} does nothing. It needs a URL of this server, and either "
                "data-target, a selector of the element to replace, or a [data-fragment] element around it."
            )
            return
        self._scope.task(self._run(button, address, Place(target, self._asking)))

    async def _run(self, button: Any, address: str, place: Place) -> None:
        """Post the button's data, and show the result."""
        self._messages.clear(address)
        button.setAttribute("aria-busy", "true")
        try:
            answer = await self._post(address, _body(button))
        finally:
            button.removeAttribute("aria-busy")
        if answer.is_valid:
            self._show(answer, address, place)
        else:
            self._say_why_not(answer, address, lambda: self._run(button, address, place))

    async def _undo(self, address: str, about: str, place: Place) -> None:
        answer = await self._post(address, window.FormData.new())
        if answer.is_valid:
            self._show(answer, about, place, focus_it=True)  # the pressed button is gone
        else:
            self._say_why_not(answer, about, lambda: self._undo(address, about, place))

    async def _post(self, address: str, body: Any) -> Answer:
        return await post(address, body, mode="stay", waiting=Waiting())

    def _show(self, answer: Answer, about: str, place: Place, *, focus_it: bool = False) -> None:
        has_fragment = "html" in (answer.data or {})
        if has_fragment and not place.is_there():
            place.find_again(answer.text("html"))
        if not (has_fragment and place.is_there()) or place.has_typed():
            self._show_page_anew(answer, about)
            return
        place.swap(answer.text("html"), focus_it=focus_it)
        undo = answer.text("undo")

        def take_back() -> None:
            self._scope.task(self._undo(undo, about, place))

        actions = [Action(text("Undo"), take_back)] if undo else []
        messages = answer.items("messages")
        if undo and not messages:
            messages = [{"message": word("Done."), "level_tag": "success", "tags": "success"}]
        self._messages.show(messages, about, actions)

    def _show_page_anew(self, answer: Answer, about: str) -> None:
        """Reload the page, because the fragment has no place in it. If there is changed data, offer to reload."""
        if not any(binding.live.has_changed() for binding in bindings()):
            window.location.reload()
            return
        done = {"message": word("Done."), "level_tag": "success", "tags": "success"}
        reload = Action(text("Reload"), lambda: window.location.reload())
        self._messages.show(answer.items("messages") or [done], about, [reload])

    def _say_why_not(
        self, answer: Answer, about: str, again: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        said, actions = explanation(answer)
        self._messages.show(answer.items("messages"), about)

        def retry() -> None:
            self._scope.task(again())

        self._messages.say(said, "error", about, [*actions, Action(word("Try again"), retry)])


def _address(button: Any) -> str | None:
    """Return the URL that a button posts to, None if its `data-action` belongs to another library."""
    written = str(button.getAttribute("data-action")).strip()
    if "#" in written or "->" in written:
        return None
    form = button.form if button.tagName in ("BUTTON", "INPUT") else None
    if not written and form:
        return str(button.getAttribute("formaction") or form.getAttribute("action") or document.URL)
    return written


def _target(button: Any) -> Any:
    selector = button.getAttribute("data-target")
    if not selector:
        return button.closest("[data-fragment]")
    try:
        return document.querySelector(selector)
    except JsException:  # not a valid selector
        return None


def _body(button: Any) -> Any:
    """Return a button's request body: its form if `data-action` is empty, otherwise only its own name and value."""
    form = button.form if button.tagName in ("BUTTON", "INPUT") else None
    if form and not str(button.getAttribute("data-action")).strip():
        body = window.FormData.new(form)
    else:
        body = window.FormData.new()
    if name := button.getAttribute("name"):
        body.append(name, button.getAttribute("value") or "")
    return body
