"""Sends forms without a page load: `<form method="post" data-send>`, once the page found them valid.

`data-send` says what follows a success: `follow` (or nothing) goes where the server's answer redirects to,
`reset` empties the form for the next time, `stay` leaves it as it is. `data-target` selects what the HTML of
an answer takes the place of. `data-send-slow` and `data-send-timeout` are seconds.
"""

from __future__ import annotations

from typing import Any

from clientforms.browser.binding.form_binding import FormBinding
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import bindings_of
from clientforms.browser.runtime import (
    JsException,
    console,
    custom_event,
    detail_of,
    document,
    to_python,
    window,
)
from clientforms.online.answer_texts import told
from clientforms.online.fragments import Place
from clientforms.online.messages import Action, Messages
from clientforms.online.online_words import word
from clientforms.online.returned_errors import SentForms, clear_errors
from clientforms.online.server_requests import (
    LONGEST,
    SLOW,
    Answer,
    Waiting,
    absolute,
    is_of_this_server,
    post,
)
from clientforms.online.submit_buttons import ButtonLife

__all__ = ["FormSending"]

_SEND = "data-send"
_MODES = ("follow", "reset", "stay")
_LEAVING = 10_000  # milliseconds until a form can be sent again if the page is still there


class FormSending:
    """Sends the forms of the page that have `data-send`, one request at a time for each."""

    def __init__(self, scope: Scope, messages: Messages) -> None:
        self._scope = scope
        self._messages = messages
        self._under_way: list[Any] = []
        self._refused: list[Any] = []  # forms that show errors of the server
        self._submitter: Any = None
        # Before the page validates, which what the server once said must not hinder.
        scope.listen(document, "submit", self._before_submit, capture=True)
        scope.listen(document, "submit", self._on_plain_submit)
        scope.listen(document, "clientforms:submit", self._on_valid)

    # Events

    def _before_submit(self, event: Any) -> None:
        form = event.target
        self._submitter = event.submitter
        if not _is_sent_here(form, event.submitter) or self._is_under_way(form):
            return
        self._messages.clear(form)
        again = _take(self._refused, form)
        for outer in bindings_of(form):
            for binding in outer.tree():
                if again or binding.was_refused:
                    clear_errors(binding)
                    binding.was_refused = False

    def _on_plain_submit(self, event: Any) -> None:
        """Send a form with nothing live in it: the question whether to delete something, for example."""
        form = event.target
        if event.defaultPrevented or bindings_of(form) or not _is_sent_here(form, event.submitter):
            return
        event.preventDefault()
        self._begin(form, event.submitter, {})

    def _on_valid(self, event: Any) -> None:
        form = event.target
        submitter = self._submitter
        if event.defaultPrevented or not _is_sent_here(form, submitter):
            return
        event.preventDefault()
        self._begin(form, submitter, to_python(detail_of(event, "cleanedData")) or {})

    # Sending

    def _begin(self, form: Any, submitter: Any, cleaned: dict[str, Any]) -> None:
        if self._is_under_way(form):
            return
        self._under_way.append(form)
        self._scope.task(self._send(form, submitter, cleaned))

    async def _send(self, form: Any, submitter: Any, cleaned: dict[str, Any]) -> None:
        sent = SentForms(form)
        body = _body(form, submitter)
        life = ButtonLife(form, submitter)
        life.begin(uploads=_has_files(form))
        mode = _mode(form)
        waiting = Waiting(
            slow=_seconds(form, "data-send-slow", SLOW),
            longest=_seconds(form, "data-send-timeout", LONGEST),
            on_slow=lambda: self._say_slow(form),
            on_progress=life.progress,
        )
        answer = Answer()
        try:
            answer = await post(
                _address(form, submitter),
                body,
                mode="follow" if mode == "follow" else "stay",
                waiting=waiting,
            )
        finally:
            if not answer.is_valid:
                self._is_back(form, life, "failed")
        self._messages.clear(form)
        if answer.is_valid:
            self._show_success(form, life, sent, answer, mode, cleaned)
        elif answer.status == 422 and "errors" in (answer.data or {}):
            self._show_errors(form, sent, answer)
        else:
            self._say_why_not(form, submitter, answer)

    def _is_back(self, form: Any, life: ButtonLife, state: str) -> None:
        _take(self._under_way, form)
        life.end(state)
        own = Scope()

        def restore(_: Any) -> None:
            life.restore_label()
            self._scope.soon(own.end)

        own.listen(form, "input", restore)
        self._scope.at_end(own.end)

    def _show_success(
        self,
        form: Any,
        life: ButtonLife,
        sent: SentForms,
        answer: Answer,
        mode: str,
        cleaned: dict[str, Any],
    ) -> None:
        redirect = absolute(answer.text("redirect")) if answer.text("redirect") else ""
        has_fragment = isinstance((answer.data or {}).get("html"), str)
        is_ours = form.dispatchEvent(_event("clientforms:sent", answer))
        leaves = is_ours and mode == "follow" and redirect and not has_fragment
        if leaves and redirect.startswith(("http:", "https:")):
            if form.hasAttribute("data-draft"):
                _reset(form)  # or else it would be offered again
            self._scope.later(
                ("leaving", id(life)), _LEAVING, lambda: self._is_back(form, life, "sent")
            )
            _go_to(redirect)
            return
        self._is_back(form, life, "sent")
        messages = answer.items("messages")
        self._messages.show(messages, form)
        if not messages:
            announce(word("Sent."))
        if not is_ours:
            return
        place = _place(form)
        contains_form = bool(place) and place.contains(form)
        unchanged = sent.are_unchanged()  # what was typed meanwhile stays
        if not (has_fragment and contains_form) and unchanged:
            if mode == "reset":
                _reset(form)
            else:
                _keep(form, cleaned)
        if has_fragment and place:
            Place(place).swap(answer.text("html"))

    def _show_errors(self, form: Any, sent: SentForms, answer: Answer) -> None:
        self._refused.append(form)
        self._messages.show(answer.items("messages"), form)
        homeless = sent.show_errors(answer.items("errors"), self._scope)
        for message in homeless:
            self._messages.say(message, "error", form, place=_note_place(form))
        form.dispatchEvent(_event("clientforms:rejected", answer))

    def _say_why_not(self, form: Any, submitter: Any, answer: Answer) -> None:
        """Say what happened; what was typed stays."""
        if not form.dispatchEvent(_event("clientforms:unsent", answer)):
            return
        said, actions = told(answer)
        self._messages.show(answer.items("messages"), form)
        again = Action(word("Try again"), lambda: _submit(form, submitter))
        text = f"{said} {word('What you typed is still here.')}"
        self._messages.say(text, "error", form, [*actions, again], _note_place(form))

    def _say_slow(self, form: Any) -> None:
        text = word("The server is slow. Still waiting…")
        self._messages.clear(form)
        self._messages.say(text, "info", form, place=_note_place(form))

    def _is_under_way(self, form: Any) -> bool:
        return any(each.isSameNode(form) for each in self._under_way)


def _is_sent_here(form: Any, submitter: Any) -> bool:
    """Return whether this form asks for it, and is a POST to this server in this window."""
    if not form.hasAttribute(_SEND):
        return False
    method = _attribute(form, submitter, "method").lower()
    window_name = _attribute(form, submitter, "target").lower()
    return (
        method == "post"
        and window_name in ("", "_self")
        and is_of_this_server(_address(form, submitter))
    )


def _attribute(form: Any, submitter: Any, name: str) -> str:
    """Return an attribute of a form, or that of its button which goes before it."""
    own = submitter.getAttribute(f"form{name}") if submitter else None
    return str(own or form.getAttribute(name) or "").strip()


def _address(form: Any, submitter: Any) -> str:
    return _attribute(form, submitter, "action") or str(document.URL)


def _mode(form: Any) -> str:
    written = str(form.getAttribute(_SEND) or "").strip() or "follow"
    if written in _MODES:
        return written
    console.warn(f'clientforms: data-send="{written}": write one of {", ".join(_MODES)}.')
    return "follow"


def _seconds(form: Any, name: str, default: float) -> float:
    written = form.getAttribute(name)
    if not written:
        return default
    try:
        seconds = float(written)
    except ValueError:
        seconds = 0
    if 0 < seconds < 86_400:
        return seconds
    console.warn(f'clientforms: {name}="{written}": write seconds, such as {default:g}.')
    return default


def _body(form: Any, submitter: Any) -> Any:
    if submitter:
        return window.FormData.new(form, submitter)
    return window.FormData.new(form)


def _has_files(form: Any) -> bool:
    return any(control.files.length for control in form.querySelectorAll("input[type=file]"))


def _place(form: Any) -> Any:
    """Return what the fragment of an answer takes the place of."""
    selector = form.getAttribute("data-target")
    if not selector:
        return form.closest("[data-fragment]") or form
    try:
        found = document.querySelector(selector)
    except JsException:
        found = None
    if not found:
        console.warn(f'clientforms: data-target="{selector}" selects nothing in this page.')
    return found


def _note_place(form: Any) -> Any:
    """Return the element at the end of the form that says why it was not sent."""
    place = form.querySelector("[data-send-notes]")
    if not place:
        place = document.createElement("div")
        place.setAttribute("data-send-notes", "")
        form.append(place)
    return place


def _keep(form: Any, cleaned: dict[str, Any]) -> None:
    """Let what was sent be what the form begins with from now on."""
    for binding in bindings_of(form):
        if isinstance(binding, FormBinding) and cleaned.get(binding.name) is not None:
            binding.reset(cleaned[binding.name])


def _reset(form: Any) -> None:
    window.HTMLFormElement.prototype.reset.call(form)  # a control may be called `reset`


def _submit(form: Any, submitter: Any) -> None:
    if submitter and submitter.isConnected:
        form.requestSubmit(submitter)
    else:
        form.requestSubmit()


def _go_to(address: str) -> None:
    here, there = str(document.URL).partition("#")[0], address.partition("#")
    window.location.assign(address)
    if here == there[0] and there[1]:
        window.location.reload()  # another fragment of the same page would not be asked for


def _event(name: str, answer: Answer) -> Any:
    detail = {"status": answer.status, "answer": dict(answer.data or {})}
    return custom_event(name, detail, cancelable=True)


def _take(forms: list[Any], form: Any) -> bool:
    """Take `form` out of these, and return whether it was there."""
    there = [each for each in forms if each.isSameNode(form)]
    for each in there:
        forms.remove(each)
    return bool(there)
