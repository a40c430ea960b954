"""Disables and relabels submit buttons while their form is being sent.

The attributes `data-label-sending`, `data-label-sent` and `data-label-failed` of the button, or of its form, contain
the labels. `<progress data-progress>` in the form shows the progress of an upload; it is created if it is missing.
"""

from __future__ import annotations

from typing import Any

from clientforms.browser.rows.row_view import show_busy
from clientforms.browser.runtime import css_escape, document
from clientforms.online.online_words import word

__all__ = ["ButtonLife"]

_BUTTONS = "button:not([type=button], [type=reset]), input[type=submit], input[type=image]"
_STATE = "data-send-state"


class ButtonLife:
    """The buttons of `form` while it is being sent. `submitter` is the button that was pressed, or None."""

    def __init__(self, form: Any, submitter: Any) -> None:
        self.form = form
        self._button = submitter or form.querySelector(_BUTTONS)
        self._disabled: list[Any] = []
        self._label: list[Any] | str = ""
        self._has_label = False
        self._had_focus = False
        self._progress: Any = None
        self._is_ours = False

    def begin(self, *, uploads: bool) -> None:
        """Disable and relabel the buttons: the form is being sent."""
        self._had_focus = bool(self._button) and self._button.isSameNode(document.activeElement)
        self.label("sending", word("Sending…"))
        self._disabled = [each for each in self._all() if not each.disabled]
        for button in self._disabled:
            button.disabled = True
        show_busy(self.form, True)
        self.form.setAttribute(_STATE, "sending")
        if uploads:
            self._show_progress()

    def progress(self, part: float) -> None:
        """Show the uploaded fraction. At 1, the upload is complete and the server is processing it."""
        if not self._progress:
            return
        if part < 1:
            self._progress.setAttribute("value", str(part))
        else:
            self._progress.removeAttribute("value")

    def end(self, state: str) -> None:
        """Enable the buttons and set the form's `state`: `sent`, `waiting` or `failed`.

        The button may have a label for the state, which it shows until the next input.
        """
        for button in self._disabled:
            button.disabled = False
        self._disabled = []
        show_busy(self.form, False)
        self.form.setAttribute(_STATE, state)
        self._hide_progress()
        self.restore_label()
        self.label(state, "")
        if self._had_focus and document.body.isSameNode(document.activeElement):
            self._button.focus()

    def label(self, state: str, default: str) -> None:
        """Set the button's label for this state, if there is one."""
        button = self._button
        if not button:
            return
        name = f"data-label-{state}"
        text = button.getAttribute(name) or self.form.getAttribute(name) or default
        if not text:
            return
        if button.tagName == "INPUT":
            self._label = str(button.value)
            button.value = text
        else:
            self._label = list(button.childNodes)
            button.replaceChildren(text)
        self._has_label = True

    def restore_label(self) -> None:
        """Restore the button's original label."""
        if not self._has_label:
            return
        self._has_label = False
        if isinstance(self._label, str):
            self._button.value = self._label
        else:
            self._button.replaceChildren(*self._label)

    def _all(self) -> list[Any]:
        inside = list(self.form.querySelectorAll(_BUTTONS))
        name = self.form.getAttribute("id")
        if not name:
            return inside
        own = f'[form="{css_escape(str(name))}"]'
        return inside + [each for each in document.querySelectorAll(own) if each.matches(_BUTTONS)]

    def _show_progress(self) -> None:
        self._progress = self.form.querySelector("progress[data-progress]")
        if not self._progress:
            self._is_ours = True
            self._progress = document.createElement("progress")
            if self._button:
                self._button.after(self._progress)
            else:
                self.form.append(self._progress)
        self._progress.hidden = False
        if not self._progress.hasAttribute("aria-label"):
            self._progress.setAttribute("aria-label", word("Upload"))
        self._progress.setAttribute("value", "0")

    def _hide_progress(self) -> None:
        if not self._progress:
            return
        if self._is_ours:
            self._progress.remove()
        else:
            self._progress.hidden = True
        self._progress = None
