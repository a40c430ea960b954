"""Carry out the user's events from before Python started, in order, when their forms are live.

`static/boot.js` recorded them. Typed values are taken over with the controls. This module
validates fields that were left, presses buttons and submits forms.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from traceback import format_exc
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.page.containers import bindings
from clientforms.browser.runtime import console, document, window
from clientforms.browser.submit.form_submission import has_target
from clientforms.errors import LimitError

__all__ = ["EarlyEvents"]

_FIELD_EVENTS = {"input": "input", "change": "change", "focusout": "blur"}
_CONTAINERS = "[data-formset], [data-form], [data-formset-nested]"


class EarlyEvents:
    """The recorded events. The page goes on recording for forms that are not live yet."""

    def __init__(self) -> None:
        self._events: list[Any] = []

    def carry_out_ready(self, *, is_last: bool) -> None:
        """Carry out, in order, the events before the first submit of forms that are live.

        Events of other forms stay recorded. When the last form is live (`is_last`), all events
        before the first submit are carried out, and recording ends.
        """
        if take_up := getattr(window.clientforms, "takeUp", None):
            self._events += take_up(is_last)
        waiting: list[Any] = []
        while self._events and self._events[0].type != "submit":
            event = self._events.pop(0)
            if is_last or _is_ready(event):
                self._carry_out(event)
            else:
                waiting.append(event)
        self._events[:0] = waiting

    def carry_out_rest_soon(self) -> None:
        """Carry out the rest after scripts that wait for the page to be ready."""
        if self._events:
            asyncio.get_running_loop().call_soon(self._carry_out_rest)

    def _carry_out_rest(self) -> None:
        while self._events:
            self._carry_out(self._events.pop(0))

    def _carry_out(self, event: Any) -> None:
        """Carry out an event. Exceptions do not keep the page from becoming live."""
        try:
            self._act(event)
        except LimitError:
            return  # two clicks, but room for one row; the reason is shown now
        except BaseException:  # noqa: BLE001 - a user's code may raise anything
            console.error(f"clientforms: a {event.type} of the boot failed.\n{format_exc()}")

    def _act(self, event: Any) -> None:
        target = event.target
        if not target.isConnected:
            return
        match str(event.type):
            case "click":
                _press(target)
            case "submit":
                _submit(target, event.submitter)
            case kind if kind in _FIELD_EVENTS:
                for binding in _everywhere():
                    binding.events.take_up(target, _FIELD_EVENTS[kind])


def _is_ready(event: Any) -> bool:
    container = event.target.closest(_CONTAINERS)
    return bool(container) and bool(container.hasAttribute("data-bound"))


def _everywhere() -> Iterator[Binding]:
    for outer in bindings():
        yield from outer.tree()


def _press(button: Any) -> None:
    """Press the button if it is enabled now; the focus stays in a control that has it."""
    container = button.closest("[data-bound]")
    if not container or button.hidden or button.disabled:
        return
    for binding in _everywhere():
        if isinstance(binding, FormSetBinding) and binding.container.isSameNode(container):
            focused = document.activeElement
            stays = focused and focused.matches("input, select, textarea, [contenteditable]")
            binding.press(button, moves_focus=not stays)
            return


def _submit(form: Any, submitter: Any) -> None:
    """Submit the form, unless it is neither live nor has an address."""
    is_live = any(binding.form_element.isSameNode(form) for binding in bindings())
    if not is_live and not has_target(form, submitter):
        return
    if submitter and submitter.isConnected:
        form.requestSubmit(submitter)
    else:
        form.requestSubmit()
