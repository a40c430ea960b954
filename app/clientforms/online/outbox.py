"""The outbox stores submissions of `<form data-send data-outbox>` in the browser until the server has saved them.

Each submission is stored first and then sent, in order. The server saves an idempotency key with each
(`clientforms.server.submissions`), so that it is safe to send a submission again. One tab sends at a time.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from time import time
from typing import Any

from clientforms.browser.dom.author_messages import clear_message, show_message
from clientforms.browser.dom.local_storage import Storage, StorageError
from clientforms.browser.dom.scope import Scope
from clientforms.browser.drafts.open_pages import Presence, open_presence
from clientforms.browser.outcome.downloads import download
from clientforms.browser.runtime import (
    console,
    custom_event,
    document,
    read_file,
    window,
)
from clientforms.online.answer_texts import explanation, login_address
from clientforms.online.messages import Action, Messages
from clientforms.online.online_words import word
from clientforms.online.outbox_forms import (
    about_form,
    body_of,
    find_form,
    is_untouched,
    posted_fields,
    posts_of,
    put_into,
    shown_values,
    shown_words,
)
from clientforms.online.outbox_list import OutboxList
from clientforms.online.outbox_lock import OutboxLock
from clientforms.online.outbox_storage import Entry, OutboxStorage, new_key
from clientforms.online.server_requests import Answer, Waiting, absolute, post
from clientforms.texts import text

__all__ = ["Outbox"]

_ATTRIBUTE = "data-outbox"
_ABOUT = "outbox"
_FLAG = "clientforms:outbox"  # localStorage key: set if there may be entries
_HEEDS = "clientforms:heeds:"  # localStorage key prefix, followed by the path of a view that supports keys
_CHANNEL = "clientforms-outbox"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 300.0  # seconds before the next attempt
_PASSING = (401, 408, 425, 429)  # statuses after which the same submission may be accepted later


@dataclass(slots=True)
class _Attached:
    """A form that waits for the response to its entry."""

    form: Any
    is_again: bool
    """Whether the entry was in the outbox before and was edited."""
    entry: Entry
    waiting: Waiting
    mode: str
    answered: asyncio.Future[tuple[Answer, Entry | None]]
    has_begun: bool = False


class Outbox:
    """The current user's entries. `show_returned` shows the errors of a refused entry in its form."""

    def __init__(
        self, scope: Scope, messages: Messages, show_returned: Callable[[Any, Entry], None]
    ) -> None:
        self._scope = scope
        self._messages = messages
        self._show_returned = show_returned
        self._storage = OutboxStorage()
        self._lock = OutboxLock()
        self._presence: Presence | None = None
        self._owner = str(document.documentElement.getAttribute("data-user") or "")
        self._attached: dict[int, _Attached] = {}
        self._edited: list[tuple[Any, Entry]] = []
        self._failures = 0
        self._is_running = False
        self._is_asked_again = False
        self._list = OutboxList(scope, self._act)
        self._reason: tuple[str, list[Action]] = ("", [])
        self._channel: Any = None
        if getattr(window, "BroadcastChannel", None):
            self._channel = window.BroadcastChannel.new(_CHANNEL)
            scope.listen(self._channel, "message", lambda _: self._on_change())
        scope.listen(window, "online", lambda _: self._wake())
        scope.listen(window, "pageshow", lambda _: self._wake())
        scope.listen(window, "pagehide", lambda _: self._on_page_hide())
        scope.listen(document, "reset", self._on_reset)
        scope.listen(document, "visibilitychange", lambda _: self._on_visibility())
        scope.listen(document, "clientforms:ready", self._on_ready)

    # For the forms

    def takes(self, form: Any) -> bool:
        """Return whether this form has an outbox."""
        return bool(form.hasAttribute(_ATTRIBUTE))

    async def deliver(
        self, form: Any, address: str, body: Any, mode: str, waiting: Waiting
    ) -> tuple[Answer, Entry | None]:
        """Store a form's POST data, and send it after all waiting entries.

        Returns the response, and the entry if it is now waiting.
        """
        entry, is_again = self._made(form, address, body), self._is_editing(form)
        try:
            entry = await self._store(form, entry)
        except StorageError as error:
            console.warn(f"clientforms: {error} The form is sent without the outbox.")
            return await self._post(entry, waiting, mode), None
        if not window.navigator.onLine:
            await self._changed()
            return Answer(), entry
        answered: asyncio.Future[tuple[Answer, Entry | None]]
        answered = asyncio.get_running_loop().create_future()
        attached = _Attached(form, is_again, entry, waiting, mode, answered)
        self._attached[entry.id] = attached
        self._try_now()
        await asyncio.wait([answered], timeout=waiting.longest)
        if not attached.has_begun and not answered.done():  # another tab is sending
            self._attached.pop(entry.id, None)
            return Answer(), entry
        return await answered

    async def forget(self, entry: Entry) -> None:
        """Delete an entry, because other code handles it."""
        await self._storage.remove(entry)
        await self._changed()

    def _made(self, form: Any, address: str, body: Any) -> Entry:
        once = document.documentElement.getAttribute("data-once")
        here = _path(str(document.URL))
        return Entry(
            key=new_key(),
            owner=self._owner,
            address=absolute(address),
            page=str(document.URL),
            about=about_form(form),
            title=str(document.title),
            created=time() * 1000,
            fields=posted_fields(body),
            post=posts_of(form),
            shown=shown_values(form),
            words=shown_words(form),
            heeded=once == "yes" and _path(address) == here,
        )

    async def _store(self, form: Any, entry: Entry) -> Entry:
        """Store an entry at the end. An edited entry keeps its place, and its key unless the key was used."""
        before = next((old for each, old in self._edited if each.isSameNode(form)), None)
        self._leave(form)
        if before:
            entry = replace(entry, key=entry.key if before.code == "replayed" else before.key)
            async with self._lock.hold():
                if await self._find(before.id):
                    entry = replace(entry, id=before.id, created=before.created)
                    await self._storage.put(entry)
        if not entry.id:
            entry = await self._storage.add(entry)
        self._flag(True)
        if not self._presence:  # the form is in a new fragment
            self._presence = await open_presence(self._scope, Storage())
        return entry

    # Sending

    async def _start(self) -> None:
        """Show the waiting entries, put edited ones back into their forms, and try to send."""
        forms = list(document.querySelectorAll(f"form[{_ATTRIBUTE}]"))
        for form in forms:
            _check(form)
        if not (forms or document.querySelector("[data-outbox-list]") or Storage().read(_FLAG)):
            return
        self._presence = await open_presence(self._scope, Storage())
        for entry in await self._own_entries():
            if entry.state == "editing" or (entry.state == "refused" and entry.errors):
                await self._give_back(entry)
        await self._refresh()
        self._try_if_online()

    def _on_ready(self, event: Any) -> None:
        self._scope.task(self._start())

    def _on_change(self) -> None:
        """Another tab has changed an entry. Schedule an attempt in case that tab closes before it sends."""
        self._scope.task(self._refresh())
        if _ABOUT not in self._scope.pending():
            self._schedule()

    def _wake(self) -> None:
        if self._presence or self._attached:
            self._failures = 0
            self._try_if_online()

    def _on_page_hide(self) -> None:
        """Let other tabs edit while this page is in the back/forward cache."""
        if self._presence:
            self._presence.release()

    def _on_visibility(self) -> None:
        if document.visibilityState == "visible":
            self._wake()

    def _try_if_online(self) -> None:
        """Try now, or wait for the `online` event if the browser is offline."""
        if window.navigator.onLine:
            self._try_now()

    def _try_now(self) -> None:
        self._scope.cancel(_ABOUT)
        if self._is_running:
            self._is_asked_again = True
            return
        self._is_running = True
        self._scope.task(self._run())

    async def _run(self) -> None:
        try:
            self._is_asked_again = True
            while self._is_asked_again:
                self._is_asked_again = False
                await self._send_all()
        except StorageError as error:
            console.warn(f"clientforms: {error}")
        finally:
            self._is_running = False
            self._let_go(Answer(), everybody=True)
        await self._changed()
        self._schedule()

    async def _send_all(self) -> None:
        """Send the waiting entries in order, until one cannot be sent."""
        while True:
            async with self._lock.hold():
                waiting = [each for each in await self._own_entries() if each.state == "waiting"]
                if not waiting:
                    self._failures, self._reason = 0, ("", [])
                    return
                entry = waiting[0]
                attached = self._attached.get(entry.id)
                if attached:
                    attached.has_begun = True
                answer = await self._post(
                    entry,
                    attached.waiting if attached else Waiting(),
                    attached.mode if attached else "stay",
                )
                is_settled = await self._settle(entry, answer)
            if not is_settled:
                self._failures += 1
                self._let_go(answer)
                return
            self._failures, self._reason = 0, ("", [])
            await self._changed()

    async def _post(self, entry: Entry, waiting: Waiting, mode: str) -> Answer:
        headers = {"Idempotency-Key": entry.key, "X-Clientforms-User": entry.owner}
        answer = await post(
            entry.address,
            body_of(entry),
            mode=mode,
            waiting=waiting,
            headers={name: value for name, value in headers.items() if value},
        )
        if answer.key == entry.key:
            self._remember_heeding(entry)
        elif answer.is_valid:
            console.warn(
                f"clientforms: {entry.address} does not support idempotency keys, so repeated submissions are "
                "saved again. Let the view use ClientFormMixin, or decorate it with once."
            )
        return answer

    async def _settle(self, entry: Entry, answer: Answer) -> bool:
        """Store the result of sending an entry. Returns whether the entry is no longer waiting."""
        attached = self._attached.pop(entry.id, None)
        if answer.is_valid or (attached and not attached.is_again and _is_refused(answer)):
            try:
                await self._storage.remove(entry)
            finally:  # if it cannot be deleted, it is sent again, but the server does not save it again
                if attached:
                    attached.answered.set_result((answer, None))
                else:
                    self._say_sent(entry, answer)
            return True
        if _is_refused(answer):
            refused = replace(
                entry,
                state="refused",
                code=answer.text("code"),
                said="" if answer.items("errors") else explanation(answer)[0],
                errors=tuple(answer.items("errors")),
            )
            if not attached:
                await self._storage.put(refused)
                self._say_refused(refused, answer)
                return True
            try:  # it stays both in its form and in the outbox
                refused = replace(refused, state="editing")
                await self._storage.put(refused)
                self._edited.append((attached.form, refused))
            finally:
                attached.answered.set_result((answer, None))
            return True
        self._reason = explanation(answer)
        try:
            if not self._is_heeded(entry) and not login_address(answer):
                entry = replace(entry, state="unsure", said=self._reason[0])
                await self._storage.put(entry)
        finally:
            if attached:
                attached.answered.set_result((answer, entry))
        return False

    def _let_go(self, answer: Answer, *, everybody: bool = False) -> None:
        """Tell forms whose entries are not sent now that these are waiting in the outbox."""
        for attached in list(self._attached.values()):
            if everybody or not (attached.has_begun or self._is_asked_again):
                del self._attached[attached.entry.id]
                attached.answered.set_result((answer, attached.entry))

    def _schedule(self) -> None:
        """Try again after a growing pause. It is randomized, so that pages do not all retry at once."""
        self._scope.task(self._schedule_if_needed())

    async def _schedule_if_needed(self) -> None:
        if (
            self._is_running or not window.navigator.onLine
        ):  # the `online` event will trigger the next attempt
            return
        if not any(each.state == "waiting" for each in await self._own_entries()):
            return
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._failures, 20))
        pause *= 0.5 + float(window.Math.random())
        self._scope.later(_ABOUT, int(pause * 1000), self._try_now)

    def _is_heeded(self, entry: Entry) -> bool:
        return entry.heeded or bool(Storage().read(_HEEDS + _path(entry.address)))

    def _remember_heeding(self, entry: Entry) -> None:
        try:
            Storage().write(_HEEDS + _path(entry.address), "yes")
        except StorageError as error:
            console.warn(f"clientforms: {error}")

    # Messages and the list

    def _say_sent(self, entry: Entry, answer: Answer) -> None:
        form = find_form(entry.about, entry.page)
        detail = {"status": answer.status, "answer": dict(answer.data or {})}
        (form or document).dispatchEvent(custom_event("clientforms:sent", detail, cancelable=True))
        messages = answer.items("messages")
        self._messages.show(messages, _ABOUT)
        if not messages:
            self._messages.say(word("Sent."), "success", _ABOUT)

    def _say_refused(self, entry: Entry, answer: Answer) -> None:
        form = find_form(entry.about, entry.page)
        detail = {"status": answer.status, "answer": dict(answer.data or {})}
        (form or document).dispatchEvent(custom_event("clientforms:rejected", detail))
        edit = Action(text("Edit"), partial(self._act, "edit", entry.id))
        said = word("The server refused what was waiting.")
        self._messages.say(said, "error", _ABOUT, [] if form else [edit])
        self._scope.task(self._give_back(entry))

    async def _give_back(self, entry: Entry) -> None:
        """Put an entry back into its form, if the form is in this page and has no changed data."""
        form = find_form(entry.about, entry.page)
        if form and is_untouched(form) and not self._is_editing(form):
            await self._edit_here(form, entry)

    def _is_editing(self, form: Any) -> bool:
        return any(each.isSameNode(form) for each, _ in self._edited)

    async def _edit_here(self, form: Any, entry: Entry) -> None:
        name = f"clientforms-outbox-{entry.id}"
        if self._presence and not await self._presence.hold(name):
            self._messages.say(word("Being edited"), "info", _ABOUT)  # another tab edits it
            return
        if why_not := put_into(form, entry):
            await self._storage.put(replace(entry, state="refused", said=why_not))
            await self._changed()
            return
        await self._put_back(form)
        entry = replace(entry, state="editing")
        self._edited.append((form, entry))
        await self._storage.put(entry)
        self._show_returned(form, entry)
        await self._changed()

    def _leave(self, form: Any) -> None:
        """Stop editing an entry in `form`, so that other tabs can edit it."""
        self._edited = [each for each in self._edited if not each[0].isSameNode(form)]
        if self._presence and not self._edited:
            self._presence.release()

    async def _put_back(self, form: Any) -> None:
        """Restore the state of the entry that was being edited in `form`."""
        before = next((old for each, old in self._edited if each.isSameNode(form)), None)
        self._leave(form)
        now = await self._find(before.id) if before else None
        if now and now.state == "editing":
            state = "refused" if now.errors or now.said else "waiting"
            await self._storage.put(replace(now, state=state))

    def _on_reset(self, event: Any) -> None:
        """Stop editing an entry when its form is reset."""
        if any(each.isSameNode(event.target) for each, _ in self._edited):
            self._scope.task(self._stop(event.target))

    async def _stop(self, form: Any) -> None:
        await self._put_back(form)
        await self._changed()
        self._try_if_online()

    async def _refresh(self) -> None:
        entries = await self._storage.entries()
        own = [each for each in entries if self._is_own(each)]
        edited = {old.id for _, old in self._edited}
        self._list.show(own, len(entries) - len(own), edited, self._reason)
        if not entries and not self._attached:
            self._flag(False)

    async def _changed(self) -> None:
        """Refresh the list in this tab and in others."""
        if self._channel:
            self._channel.postMessage("changed")
        await self._refresh()

    def _flag(self, is_used: bool) -> None:
        if not is_used:
            Storage().remove(_FLAG)
        elif not Storage().read(_FLAG):
            try:
                Storage().write(_FLAG, "used")
            except StorageError as error:
                console.warn(f"clientforms: {error}")

    # Actions in the list

    def _act(self, action: str, number: int) -> None:
        match action:
            case "send-all":
                self._failures = 0
                self._try_now()
            case "export":
                self._scope.task(self._export())
            case "edit":
                self._scope.task(self._edit(number))
            case "send":
                self._scope.task(self._send_one(number))
            case "delete":
                self._scope.task(self._delete(number))
            case "stop":
                for form, entry in list(self._edited):
                    if entry.id == number:
                        window.HTMLFormElement.prototype.reset.call(form)

    async def _edit(self, number: int) -> None:
        entry = await self._find(number)
        form = find_form(entry.about, entry.page) if entry else None
        if entry and not form:
            async with self._lock.hold():
                if await self._find(number):
                    await self._storage.put(replace(entry, state="editing"))
            window.location.assign(entry.page)
            return
        async with self._lock.hold():  # it may be being sent
            entry = await self._find(number)
            if entry and form and (is_untouched(form) or window.confirm(_question())):
                await self._edit_here(form, entry)
        await self._refresh()

    async def _send_one(self, number: int) -> None:
        async with self._lock.hold():
            entry = await self._find(number)
            if entry and entry.state != "waiting":
                self._leave_entry(number)
                again = replace(entry, state="waiting", said="", code="", errors=())
                if entry.code == "replayed":
                    again = replace(again, key=new_key())
                await self._storage.put(again)
        await self._changed()
        self._failures = 0
        self._try_now()

    async def _delete(self, number: int) -> None:
        async with self._lock.hold():
            entry = await self._find(number)
            if entry:
                await self._storage.remove(entry)
                self._leave_entry(number)
        await self._changed()
        if entry:
            undo = Action(text("Undo"), partial(self._undo_delete, entry))
            self._messages.say(text("Removed."), "info", _ABOUT, [undo])

    def _leave_entry(self, number: int) -> None:
        for form, entry in list(self._edited):
            if entry.id == number:
                self._leave(form)

    def _undo_delete(self, entry: Entry) -> None:
        self._scope.task(self._bring_back(entry))

    async def _bring_back(self, entry: Entry) -> None:
        await self._storage.put(entry)
        self._flag(True)
        await self._changed()
        self._try_if_online()

    async def _export(self) -> None:
        entries = [await _exported(entry) for entry in await self._own_entries()]
        content = json.dumps({"outbox": entries}, indent=2, ensure_ascii=False) + "\n"
        download(self._scope, content, "outbox.json", "application/json")

    async def _own_entries(self) -> list[Entry]:
        return [each for each in await self._storage.entries() if self._is_own(each)]

    async def _find(self, number: int) -> Entry | None:
        return next((each for each in await self._own_entries() if each.id == number), None)

    def _is_own(self, entry: Entry) -> bool:
        return entry.owner in ("", self._owner)


def _check(form: Any) -> None:
    """Show a message to the developer if the server is not set up for the form's outbox."""
    if _path(str(form.getAttribute("action") or document.URL)) != _path(str(document.URL)):
        return
    once = document.documentElement.getAttribute("data-once")
    clear_message(form, _ABOUT)
    if once == "no-table":
        show_message(
            form,
            "data-outbox: the database has no table for the outbox. Run manage.py migrate clientforms.",
            name=_ABOUT,
        )
    elif not once:
        show_message(
            form,
            "data-outbox: the view of this page does not support idempotency keys. Let it use ClientFormMixin, or "
            "decorate it with clientforms.server.views.once.",
            name=_ABOUT,
        )


def _question() -> str:
    return word("Replace what is in the form?")


def _is_refused(answer: Answer) -> bool:
    """Return whether the server refuses the submission, so that sending it again unchanged would not help."""
    if login_address(answer) or answer.text("code") == "csrf":
        return False
    return 400 <= answer.status < 500 and answer.status not in _PASSING


def _path(address: str) -> str:
    found = absolute(address)
    return str(window.URL.new(found).pathname) if found else ""


async def _exported(entry: Entry) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for name, value in entry.fields:
        if isinstance(value, str):
            fields.append({"name": name, "value": value})
        else:
            content = b64encode(await read_file(value)).decode()
            file = {"name": str(value.name), "type": str(value.type), "base64": content}
            fields.append({"name": name, "file": file})
    return {
        "key": entry.key,
        "created": str(window.Date.new(entry.created).toISOString()),
        "state": entry.state,
        "page": entry.page,
        "address": entry.address,
        "fields": fields,
    }
