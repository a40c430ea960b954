"""Sends valid forms without a page load: `<form method="post" data-send>`.

`data-send` says what happens after success. With `follow`, the default, the page goes to the redirect in the response.
`reset` resets the form. `stay` leaves it as it is; saved rows become initial rows. The HTML in a response replaces the
element that the selector `data-target` matches. With `data-outbox`, a form that cannot be sent is stored and sent
later. `data-send-slow` and `data-send-timeout` are seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clientforms.browser.binding.form_binding import FormBinding
from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import bindings_of, posted_by
from clientforms.browser.runtime import (
    JsException,
    console,
    custom_event,
    detail_of,
    document,
    to_python,
    window,
)
from clientforms.online.answer_texts import explanation
from clientforms.online.asking_forms import AskingForms
from clientforms.online.fragments import Place
from clientforms.online.messages import Action, Messages
from clientforms.online.online_words import word
from clientforms.online.outbox import Outbox
from clientforms.online.outbox_storage import Entry
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
from clientforms.online.stored_rows import SentRows
from clientforms.online.submit_buttons import ButtonLife
from clientforms.texts import joined, text

__all__ = ["FormSending"]

_SEND = "data-send"
_MODES = ("follow", "reset", "stay")
_GOES_ON = (
    'clientforms: data-send="stay": the response does not say which rows are stored, so the page follows its redirect. '
    "It says so for model formsets that ClientFormSetMixin or respond() saved, unless their parent object is new."
)
_LEAVING = (
    10_000  # milliseconds until a form can be sent again if the redirect has not left the page
)


class FormSending:
    """Sends the forms of the page that have `data-send`. Each form has at most one pending request."""

    def __init__(self, scope: Scope, messages: Messages, asking: AskingForms) -> None:
        self._scope = scope
        self._messages = messages
        self._asking = asking
        self._outbox = Outbox(scope, messages, self._show_returned)
        self._under_way: list[Any] = []
        self._refused: list[Any] = []  # forms that show errors from the server
        self._back: list[ButtonLife] = []  # finished: their buttons show the result
        self._submitter: Any = None
        # In the capture phase, before the page validates: old errors from the server must not prevent the submit.
        scope.listen(document, "submit", self._before_submit, capture=True)
        scope.listen(document, "submit", self._on_plain_submit)
        scope.listen(document, "clientforms:submit", self._on_valid)
        scope.listen(document, "input", self._on_input)

    # Events

    def _before_submit(self, event: Any) -> None:
        form = event.target
        self._submitter = event.submitter
        if not _is_sent_here(form, event.submitter) or self._is_under_way(form):
            return
        self._messages.clear(_about(form))
        again = _take(self._refused, form)
        for outer in bindings_of(form):
            for binding in outer.tree():
                if again or binding.was_refused:
                    clear_errors(binding)
                    binding.was_refused = False

    def _on_plain_submit(self, event: Any) -> None:
        """Send a form that contains no live form, such as a delete confirmation."""
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

    def _on_input(self, event: Any) -> None:
        """Restore the button's label when the user types."""
        for life in list(self._back):
            if life.form.contains(event.target):
                self._back.remove(life)
                life.restore_label()

    # Sending

    def _begin(self, form: Any, submitter: Any, cleaned: dict[str, Any]) -> None:
        """Send the form's current data, unless a request is pending."""
        if self._is_under_way(form):
            return
        self._under_way.append(form)
        for life in [each for each in self._back if each.form.isSameNode(form)]:
            self._back.remove(life)
            life.restore_label()
        body, sent = _body(form, submitter), _Sent(form)
        life = ButtonLife(form, submitter)
        life.begin(uploads=_has_files(form))
        self._scope.task(self._send(form, submitter, body, sent, life, cleaned))

    async def _send(
        self,
        form: Any,
        submitter: Any,
        body: Any,
        sent: _Sent,
        life: ButtonLife,
        cleaned: dict[str, Any],
    ) -> None:
        mode = _mode(form)
        waiting = Waiting(
            slow=_seconds(form, "data-send-slow", SLOW),
            longest=_seconds(form, "data-send-timeout", LONGEST),
            on_slow=lambda: self._say_slow(form),
            on_progress=life.progress,
        )
        answer, kept = Answer(), None
        address, what_follows = _address(form, submitter), "stay" if mode == "reset" else mode
        try:
            if self._outbox.takes(form):
                answer, kept = await self._outbox.deliver(
                    form, address, body, what_follows, waiting
                )
            else:
                answer = await post(address, body, mode=what_follows, waiting=waiting)
        finally:
            if not answer.is_valid:
                self._is_back(form, life, "waiting" if kept else "failed")
        self._messages.clear(_about(form))
        if kept:
            await self._leave_in_outbox(form, sent, answer, kept, mode, cleaned)
        elif answer.is_valid:
            self._show_success(form, life, sent, answer, mode, cleaned)
        elif answer.status == 422 and "errors" in (answer.data or {}):
            self._show_errors(form, sent, answer)
        else:
            self._say_why_not(form, submitter, answer)

    def _is_back(self, form: Any, life: ButtonLife, state: str) -> None:
        _take(self._under_way, form)
        life.end(state)
        self._back = [each for each in self._back if each.form.isConnected] + [life]

    def _show_success(
        self,
        form: Any,
        life: ButtonLife,
        sent: _Sent,
        answer: Answer,
        mode: str,
        cleaned: dict[str, Any],
    ) -> None:
        redirect = absolute(answer.text("redirect"))
        is_ours = form.dispatchEvent(_event("clientforms:sent", answer))
        stays = mode in ("reset", "stay") or _has_fragment(answer)
        if mode == "rows" and not stays:
            stays = sent.knows(answer)
            if not stays:
                console.info(_GOES_ON)
        leaves = is_ours and not stays
        if leaves and redirect.startswith(("http:", "https:")):
            if form.hasAttribute("data-draft"):
                _reset(form)  # otherwise the draft would be offered again
            self._scope.later(
                ("leaving", id(life)), _LEAVING, lambda: self._is_back(form, life, "sent")
            )
            _go_to(redirect)
            return
        self._is_back(form, life, "sent")
        if is_ours:
            self._show_what_came(form, sent, answer, mode, cleaned)
        messages = answer.items(
            "messages"
        )  # after the fragment, which may contain the element for messages
        self._messages.show(messages, _about(form))
        if not messages:
            announce(word("Sent."))

    def _show_what_came(
        self, form: Any, sent: _Sent, answer: Answer, mode: str, cleaned: dict[str, Any]
    ) -> None:
        """Show the response's fragment, and reset or keep the form. Data changed while sending is preserved."""
        place = _place(form) if _has_fragment(answer) else None
        holds_form = bool(place and place.contains(form))
        if not sent.are_unchanged():
            if holds_form:
                reload = Action(text("Reload"), lambda: window.location.reload())
                about, note = _about(form), _note_place(form)
                self._messages.say(word("Sent."), "success", about, [reload], note)
                return
        elif not holds_form:
            if mode == "reset":
                _reset(form)
            else:
                _keep(form, cleaned)
        if mode == "rows" and not holds_form:
            sent.go_on(answer, cleaned)
        if place:
            Place(place, self._asking).swap(answer.text("html"))

    async def _leave_in_outbox(
        self,
        form: Any,
        sent: _Sent,
        answer: Answer,
        kept: Entry,
        mode: str,
        cleaned: dict[str, Any],
    ) -> None:
        """Make the form ready for new data, unless a listener of `clientforms:unsent` handles the entry."""
        if not form.dispatchEvent(_event("clientforms:unsent", answer)):
            await self._outbox.forget(kept)
            return
        if sent.are_unchanged():
            if mode == "stay":
                _keep(form, cleaned)
            else:
                _reset(form)
        announce(word("Waiting to send"))

    def _show_returned(self, form: Any, entry: Entry) -> None:
        """Show the server's errors for an outbox entry that was put back into its form."""
        self._refused.append(form)
        said = SentForms(form).show_errors(entry.errors)
        for message in [*said, *([entry.said] if entry.said else [])]:
            self._messages.say(message, "error", _about(form), place=_note_place(form))

    def _show_errors(self, form: Any, sent: _Sent, answer: Answer) -> None:
        self._refused.append(form)
        self._messages.show(answer.items("messages"), _about(form))
        homeless = sent.show_errors(answer.items("errors"))
        for message in homeless:
            self._messages.say(message, "error", _about(form), place=_note_place(form))
        form.dispatchEvent(_event("clientforms:rejected", answer))

    def _say_why_not(self, form: Any, submitter: Any, answer: Answer) -> None:
        """Show why the form was not sent. The entered data stays."""
        if not form.dispatchEvent(_event("clientforms:unsent", answer)):
            return
        if answer.status == 200 and answer.data is None:
            console.warn(
                f"clientforms: {_address(form, submitter)} answered data-send with HTML. If this is not from a "
                "proxy or a login page, let the view respond with JSON: use ClientFormMixin or respond()."
            )
        said, actions = explanation(answer)
        self._messages.show(answer.items("messages"), _about(form))
        again = Action(word("Try again"), lambda: _submit(form, submitter))
        whole = joined([said, word("What you typed is still here.")])
        self._messages.say(whole, "error", _about(form), [*actions, again], _note_place(form))

    def _say_slow(self, form: Any) -> None:
        said = word("The server is slow. Still waiting…")
        self._messages.clear(_about(form))
        self._messages.say(said, "info", _about(form), place=_note_place(form))

    def _is_under_way(self, form: Any) -> bool:
        return any(each.isSameNode(form) for each in self._under_way)


class _Sent:
    """The state of a form when it was sent."""

    def __init__(self, form: Any) -> None:
        self._forms = SentForms(form)
        formsets = [each for each in posted_by(form) if isinstance(each, FormSetBinding)]
        self._rows = {each.name: SentRows(each) for each in formsets}

    def are_unchanged(self) -> bool:
        """Return whether the form has not changed since."""
        return self._forms.are_unchanged()

    def show_errors(self, errors: Iterable[Any]) -> list[str]:
        """See `SentForms.show_errors()`."""
        return self._forms.show_errors(errors)

    def knows(self, answer: Answer) -> bool:
        """Return whether the response says which rows are stored for every formset."""
        return all(self._stored(rows, answer) for rows in self._rows.values())

    def go_on(self, answer: Answer, cleaned: Mapping[str, Any]) -> None:
        """Update the formsets from the stored rows."""
        for name, rows in self._rows.items():
            stored = self._stored(rows, answer)
            if stored and cleaned.get(name) is not None:
                rows.go_on(stored, cleaned[name])

    def _stored(self, rows: SentRows, answer: Answer) -> Mapping[str, Any] | None:
        return next(filter(rows.fits, answer.items("stored")), None)


def _is_sent_here(form: Any, submitter: Any) -> bool:
    """Return whether this form has `data-send` and posts to this server in this window."""
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
    """Return an attribute of a form, or the button's attribute that overrides it."""
    own = submitter.getAttribute(f"form{name}") if submitter else None
    return str(own or form.getAttribute(name) or "").strip()


def _address(form: Any, submitter: Any) -> str:
    return _attribute(form, submitter, "action") or str(document.URL)


def _about(form: Any) -> str:
    """Return the topic name of messages about a form. It is the same after a fragment replaces the form."""
    return f"{form.getAttribute('id') or ''} {form.getAttribute('action') or ''}"


def _mode(form: Any) -> str:
    """Return what happens after success. `rows` means `stay` for a form with formsets, whose rows are then stored."""
    written = str(form.getAttribute(_SEND) or "").strip() or "follow"
    formsets = [each for each in bindings_of(form) if isinstance(each, FormSetBinding)]
    if written == "stay" and any(True for each in formsets for _ in each.inside()):
        console.warn(
            'clientforms: data-send="stay" does not support formsets inside rows, so the page follows the redirect. '
            "To stay, let the view send a fragment."
        )
        return "follow"
    if written == "stay" and formsets:
        return "rows"
    if written in _MODES:
        return written
    console.warn(f'clientforms: data-send="{written}" must be one of {", ".join(_MODES)}.')
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
    console.warn(
        f'clientforms: {name}="{written}" must be a number of seconds, such as {default:g}.'
    )
    return default


def _body(form: Any, submitter: Any) -> Any:
    if not submitter:
        return window.FormData.new(form)
    body = window.FormData.new(form, submitter)
    name = submitter.getAttribute("name")
    if name and submitter.tagName == "BUTTON" and not body.has(name):  # in browsers before 2023
        body.append(name, submitter.getAttribute("value") or "")
    return body


def _has_files(form: Any) -> bool:
    return any(control.files.length for control in form.querySelectorAll("input[type=file]"))


def _has_fragment(answer: Answer) -> bool:
    return isinstance((answer.data or {}).get("html"), str)


def _place(form: Any) -> Any:
    """Return the element that the response's fragment replaces."""
    selector = form.getAttribute("data-target")
    if not selector:
        return form.closest("[data-fragment]") or form
    try:
        found = document.querySelector(selector)
    except JsException:
        found = None
    if not found:
        console.warn(f'clientforms: data-target="{selector}" matches no element in this page.')
    return found


def _note_place(form: Any) -> Any:
    """Return the element for messages about sending, by default at the end of the form."""
    place = form.querySelector("[data-send-notes]")
    if not place:
        place = document.createElement("div")
        place.setAttribute("data-send-notes", "")
        form.append(place)
    return place


def _keep(form: Any, cleaned: dict[str, Any]) -> None:
    """Make the sent data the form's new initial data."""
    for binding in bindings_of(form):
        if isinstance(binding, FormBinding) and cleaned.get(binding.name) is not None:
            binding.reset(cleaned[binding.name])


def _reset(form: Any) -> None:
    window.HTMLFormElement.prototype.reset.call(
        form
    )  # a control named `reset` would hide the method


def _submit(form: Any, submitter: Any) -> None:
    if submitter and submitter.isConnected:
        submitter.focus()  # the pressed button was removed with its message
        form.requestSubmit(submitter)
    else:
        form.requestSubmit()


def _go_to(address: str) -> None:
    here, there = str(document.URL).partition("#")[0], address.partition("#")
    window.location.assign(address)
    if here == there[0] and there[1]:
        window.location.reload()  # a change of only the fragment identifier does not load the page


def _event(name: str, answer: Answer) -> Any:
    detail = {"status": answer.status, "answer": dict(answer.data or {})}
    return custom_event(name, detail, cancelable=True)


def _take(forms: list[Any], form: Any) -> bool:
    """Remove `form` from the list. Returns whether it was there."""
    there = [each for each in forms if each.isSameNode(form)]
    for each in there:
        forms.remove(each)
    return bool(there)
