"""Drafts of one `<form data-draft="name">`: saved while the user types, offered after a reload.

The engine makes and fits drafts; `draft_storage.py` stores them. Each page saves its own draft and
holds a lock on it while it is open, so that other pages do not offer it. After a complete draft was
saved, `static/keeping.js` stores each keystroke, which refers to its row only by number. So
actions on rows are stored at once.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic, time
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom import author_messages, durable_storage
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.durable_storage import Written
from clientforms.browser.dom.form_controls import first_control
from clientforms.browser.dom.local_storage import Storage, StorageError
from clientforms.browser.dom.scope import Scope
from clientforms.browser.drafts import draft_texts as texts
from clientforms.browser.drafts.draft_box import DraftBox, Offer
from clientforms.browser.drafts.draft_contents import DraftContents
from clientforms.browser.drafts.draft_notes import DraftNotes
from clientforms.browser.drafts.draft_storage import DraftShelf, KeptDraft
from clientforms.browser.drafts.open_pages import Presence, open_presence
from clientforms.browser.drafts.restore_attempts import RestoreAttempts
from clientforms.browser.drafts.update_reload import name_of_part, part_is_of, was_given_back
from clientforms.browser.runtime import console, detail_of, document, local_time, window
from clientforms.engine.drafts.control_drafts import with_late_controls
from clientforms.engine.drafts.draft_data import (
    State,
    adopt,
    all_typed,
    is_there,
    restore,
    with_changes,
)
from clientforms.engine.drafts.draft_fitting import Misfit
from clientforms.errors import DataError
from clientforms.texts import text

__all__ = ["FormDrafts", "drafts_of"]

_PAUSE = 400  # milliseconds without a change before a draft is saved
_LONGEST_PAUSE = 2.0  # seconds, however much is typed
_DAYS = 30
_CHANGES = ("formset:change", "formset:added", "formset:removed", "formset:moved", "change")
_LOOKED = "data-draft-looked"  # on the form after older drafts were looked for
_attempts = RestoreAttempts("localStorage")  # not per tab: a frozen tab gets closed
_names: set[str] = set()


def drafts_of(form: Any, bindings: Sequence[Binding], scope: Scope) -> FormDrafts | None:
    """Return the drafts of `form` if it has `data-draft`, else None. They end with `scope`."""
    if not form.hasAttribute("data-draft"):
        return None
    name = str(form.getAttribute("data-draft")).strip() or str(form.id or "form")
    days = str(form.getAttribute("data-draft-days") or _DAYS).strip()
    wrong = ""
    if not (days.isascii() and days.isdecimal() and 0 < int(days) < 100_000):
        wrong = f'data-draft-days="{days}": give a whole number of days, such as 30.'
    elif name in _names:
        wrong = f'data-draft="{name}": another form of this page has this name already.'
    if wrong:
        author_messages.show_message(form, f"No drafts are kept. {wrong}", name="draft")
        return None
    author_messages.clear_message(form, "draft")
    _names.add(name)
    scope.at_end(lambda: _names.discard(name))
    return FormDrafts(form, bindings, scope, DraftShelf(name, int(days)))


class FormDrafts:
    """Saves drafts of the bindings of one form, and offers those that were saved before."""

    def __init__(
        self, form: Any, bindings: Sequence[Binding], scope: Scope, shelf: DraftShelf
    ) -> None:
        self._form = form
        self._contents = DraftContents(form, bindings)
        self._scope = scope
        self._shelf = shelf
        self._before = shelf.own_ids()
        self._id = shelf.new_id(shelf.id_of(durable_storage.early(form)))
        self._presence: Presence | None = None
        self._offers: dict[str, KeptDraft] = {}
        self._written = "{}"  # or being written
        self._names: Collection[str] = ()  # the forms in it
        self._states: Mapping[str, State] = {}  # when it was saved
        self._is_due = False
        self._changed_at: float | None = None
        self._was_refused = False
        self._restored_from: list[str] = []
        self._notes = DraftNotes(form, bindings, scope)
        self._box = DraftBox(form, scope, self._answer)
        for event in _CHANGES:
            scope.listen(form, event, self._on_change)
        scope.listen(window, "clientforms:draft-gone", self._on_gone)
        scope.listen(window, "pagehide", self._on_page_hide)
        scope.listen(window, "pageshow", self._on_page_show)
        scope.listen(document, "visibilitychange", self._on_visibility)
        self._follow()
        scope.at_end(lambda: durable_storage.follow(form, ""))
        scope.task(self._start())

    # Called by the group

    def flush(self) -> None:
        """Save pending changes now."""
        if self._changed_at is not None:
            self._write()

    def leave(self, binding: Binding) -> None:
        """Keep what was typed into `binding`, which is being removed."""
        self.flush()
        self._contents.keep(binding)

    def sent(self) -> None:
        """Mark the draft as sent to a server: it is useful only if it does not arrive."""
        self._changed_now()
        if self._written != "{}" and window.navigator.onLine:
            # If the browser refuses this, the draft is offered like any other.
            self._shelf.put(self._id, json.loads(self._written), sent=True)

    def done(self) -> None:
        """Drop the draft, because its content was delivered, until something changes."""
        self._scope.cancel("draft")
        self._changed_at = None
        self._shelf.drop(self._id)
        self._written, self._names = json.dumps(self._contents.read()), ()

    def reset(self) -> None:
        """Update the draft after the form was reset."""
        self._changed_now()
        self._notes.clear()

    # Starting

    async def _start(self) -> None:
        self._contents.find_secrets()
        self._presence = await open_presence(self._scope, Storage())
        await self._presence.hold(self._lock(self._id))
        await was_given_back()
        found = await self._shelf.find()
        held = await self._presence.held()  # after find(): pages lock a draft before they save it
        theirs: list[KeptDraft] = []
        mine: list[KeptDraft] = []
        for kept in map(self._whole, found):
            if kept.id == self._id or self._lock(kept.id) in held:
                continue
            if not kept.forms:  # the user undid what was typed
                self._shelf.drop(kept.id)
                continue
            if kept.id in self._before:
                if await self._presence.hold(self._lock(kept.id)):
                    mine.append(kept)
            elif not kept.sent:  # one that another tab sent is offered only there
                theirs.append(kept)
        for kept in (*mine, *theirs):
            self._take_up(kept)
        self._write()  # what was typed before Python started
        self._show_offers()
        if self._offers:
            when, _ = self._time(next(iter(self._offers.values())))
            announce(texts.offered(when))
        self._form.setAttribute(_LOOKED, "")
        self._scope.at_end(lambda: self._form.removeAttribute(_LOOKED))

    def _take_up(self, kept: KeptDraft) -> None:
        """Offer a draft, unless it arrived at the server, or its values are in the form already."""
        if kept.sent and self._has_arrived():
            self._shelf.drop(kept.id)
            return
        key = self._shelf.key(kept.id)
        try:
            if _attempts.has_failed(key):
                _whole_preview(kept)  # so that it can at least be read
                there = False
            else:
                _attempts.begin(key)
                there = self._is_there(kept)
                _attempts.end(key)
        except BaseException as error:  # noqa: BLE001 - a user's widget may raise anything
            _attempts.end(key)
            console.warn(f"clientforms: {key} is left alone. {error}")
            return
        if not there:
            self._offers[kept.id] = kept
            return
        for name, part in kept.forms.items():
            if binding := self._contents.find(name):
                adopt(binding.live, part, self._contents.secret(name))
        self._write(instead_of=kept.id)

    def _whole(self, kept: KeptDraft) -> KeptDraft:
        """Return the draft with everything that changed after it was saved."""
        forms = dict(kept.forms)
        for name, changes in kept.changes.items():
            try:
                forms[name] = with_changes(forms.get(name), changes, name)
            except DataError as error:
                console.warn(f"clientforms: {self._shelf.key(kept.id)}: {error}")
        for part in kept.late:
            binding = max(self._contents, key=partial(part_is_of, part), default=None)
            name = binding.name if binding else name_of_part(part)
            if binding and not part_is_of(part, binding):
                binding = None
            live = binding.live if binding else None
            try:
                whole = with_late_controls(forms.get(name), live, part)
            except DataError as error:
                console.warn(f"clientforms: {self._shelf.key(kept.id)}: {error}")
                continue
            if whole:
                forms[name] = whole
        return replace(kept, forms=forms, changes={}, late=())

    def _has_arrived(self) -> bool:
        """Return whether the server must have accepted what was sent before this page was loaded.

        It did not if it shows errors. After going back or reloading it is unknown: perhaps the data
        did not arrive.
        """
        entries = window.performance.getEntriesByType("navigation")
        came = str(entries[0].type) if entries.length else "navigate"
        return came == "navigate" and not self._contents.was_refused()

    def _is_there(self, kept: KeptDraft) -> bool:
        there = True
        for name, part in kept.forms.items():
            if binding := self._contents.find(name):
                there &= is_there(binding.live, part, self._contents.secret(name))
            else:
                there &= not all_typed(part, name)
        return there

    # Writing

    def _on_change(self, event: Any) -> None:
        if self._changed_at is None:
            self._changed_at = monotonic()
        left = self._changed_at + _LONGEST_PAUSE - monotonic()
        self._scope.later("draft", max(0, min(_PAUSE, int(left * 1000))), self.flush)
        is_typed = event.type == "change" or detail_of(event, "name")
        if not (is_typed or self._is_due):  # an action on rows
            self._is_due = True
            self._scope.soon(self._write_changes)

    def _write_changes(self) -> None:
        """Store actions on rows; typed values are stored by `static/keeping.js`."""
        self._is_due = False
        changes = self._contents.changes(self._states, self._names)
        if changes:
            self._hear(self._shelf.put_changes(self._id, changes))
        elif changes is None and not self._contents.are_many():
            self._write()
        elif changes is None:
            self._scope.later("draft", 0, self.flush)

    def _changed_now(self) -> None:
        self._scope.cancel("draft")
        self._write()

    def _write(self, *, instead_of: str = "") -> None:
        """Save the present draft, and drop the draft `instead_of` when that is done."""
        self._scope.cancel("draft")
        self._changed_at = None
        self._contents.catch_up()
        content = self._contents.read()
        others = [instead_of] if instead_of else []
        written = json.dumps(content)
        if written == self._written:
            durable_storage.settle(self._shelf.key(self._id))
            self._shelf.drop(*others)
            return
        self._written, self._names, self._states = written, content, self._contents.states()
        if content:
            self._hear(self._shelf.put(self._id, content, instead_of=others))
        else:
            self._shelf.drop(self._id, *others)

    def _hear(self, written: Written) -> None:
        async def hear() -> None:
            try:
                await written.wait()
            except StorageError as error:
                self._written, self._names = "", ()  # try again when something changes
                self._say_refused(error)

        self._scope.task(hear())

    def _follow(self) -> None:
        durable_storage.follow(self._form, self._shelf.key(self._id))

    def _say_refused(self, error: StorageError) -> None:
        if self._was_refused:
            return
        self._was_refused = True
        said = texts.not_kept(error.full)
        console.warn(f"clientforms: {error} {said}")
        self._box.note(said)
        announce(said)

    # Page lifecycle

    def _on_visibility(self, event: Any) -> None:
        if document.visibilityState == "hidden":
            self.flush()

    def _on_page_hide(self, event: Any) -> None:
        """Save, and release the drafts to other pages; this page may be restored from a cache."""
        _attempts.page_goes()
        self.flush()
        if self._presence:
            self._presence.release()

    def _on_page_show(self, event: Any) -> None:
        if event.persisted:
            self._scope.task(self._come_back())

    async def _come_back(self) -> None:
        if self._presence:
            for draft_id in (self._id, *self._offers):
                await self._presence.hold(self._lock(draft_id))
        if self._written != "{}" and not await self._shelf.has(self._id):
            # Another tab took the draft, but what was typed is still here.
            self._written, self._names = "{}", ()
            self._write()

    def _on_gone(self, event: Any) -> None:
        """Remove an offer that another tab answered."""
        draft_id = self._shelf.id_of(str(getattr(event, "detail", "")))
        if draft_id in self._offers:
            del self._offers[draft_id]
            self._show_offers()

    # Offering

    def _answer(self, action: str, draft_id: str) -> None:
        had_focus = self._box.has_focus()
        match action:
            case "close":
                self._shelf.drop(*self._restored_from)
                self._restored_from.clear()
                self._box.close()
            case "discard" if draft_id in self._offers:
                del self._offers[draft_id]
                self._shelf.drop(draft_id)
                _attempts.end(self._shelf.key(draft_id))
                announce(text("The draft is discarded."))
            case "restore" if draft_id in self._offers:
                self._restore(self._offers.pop(draft_id), had_focus)
                return
        self._show_offers()
        if had_focus and not self._box.focus():
            _focus(first_control(self._form))

    def _restore(self, kept: KeptDraft, had_focus: bool) -> None:
        self._set_aside()
        key = self._shelf.key(kept.id)
        _attempts.begin(key)
        _attempts.end_soon(key)
        misfits: list[Misfit] = []
        controls: list[Any] = []
        asked: dict[str, None] = {}
        for name, part in kept.forms.items():
            binding = self._contents.find(name)
            if binding is None:
                misfits += all_typed(part, name)
                continue
            done = restore(binding.live, part, self._contents.secret(name))
            misfits += done.misfits
            controls += _controls(binding, done.fields)
            asked |= {self._notes.show(binding, key, field): None for key, field in done.again}
        when, _ = self._time(kept)
        said = texts.restored(when, not misfits)
        sentences = texts.describe_misfits(misfits)
        self._write(instead_of="" if misfits else kept.id)
        if misfits:
            self._restored_from.append(kept.id)
            self._box.say(said, sentences)
        else:
            self._box.close()
        self._show_offers()
        announce(" ".join([said, *sentences, *asked]).strip())
        if had_focus and misfits:
            self._box.focus()
        elif had_focus:
            _focus(next(iter(controls), first_control(self._form)))

    def _set_aside(self) -> None:
        """Save the present content as a separate draft, because the restored one will replace it."""
        content = self._contents.read()
        if not content:
            return
        self._write()
        self._offers[self._id] = KeptDraft(self._id, time() * 1000, content)
        self._id = self._shelf.new_id()
        self._written, self._names = "{}", ()
        self._follow()
        if self._presence:
            self._scope.task(self._hold(self._presence, self._id))

    async def _hold(self, presence: Presence, draft_id: str) -> None:
        await presence.hold(self._lock(draft_id))

    def _show_offers(self) -> None:
        self._box.offer([self._offer(kept) for kept in self._offers.values()])

    def _offer(self, kept: KeptDraft) -> Offer:
        when, iso = self._time(kept)
        is_whole = _attempts.has_failed(self._shelf.key(kept.id))
        preview = _whole_preview(kept) if is_whole else _preview(kept)
        return Offer(kept.id, when, iso, bool(kept.sent), preview, is_whole)

    def _time(self, kept: KeptDraft) -> tuple[str, str]:
        place = self._form.closest("[lang]")
        return local_time(kept.sent or kept.saved, str(place.lang) if place else "")

    def _lock(self, draft_id: str) -> str:
        return self._shelf.key(draft_id)


def _controls(binding: Binding, places: Sequence[tuple[str, str]]) -> Iterator[Any]:
    for key, field in places:
        controls = binding.field_controls(key, field)
        yield from [control for control in controls if control.getClientRects().length][:1]


def _focus(control: Any) -> None:
    if control:
        control.focus()


def _preview(kept: KeptDraft) -> str:
    """Return the first words of a draft that was validated."""
    typed = (
        value.strip()
        for part in kept.forms.values()
        for row in part["rows"]
        for values in row["typed"].values()
        for value in values or ()
    )
    words = " · ".join([value for value in typed if value][:2])
    return words if len(words) <= 60 else f"{words[:59]}…"


def _whole_preview(kept: KeptDraft) -> str:
    return texts.held(
        misfit for name, part in kept.forms.items() for misfit in all_typed(part, name)
    )
