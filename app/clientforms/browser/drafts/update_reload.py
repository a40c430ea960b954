"""Restore what `clientforms.keepForms()` saved before the page was reloaded.

`static/keeping.js` read it from the controls, because Python may have failed. It is restored like
a draft. Values that no longer fit are shown, so that they can be copied, until the user closes
the box. What may have crashed Python, or belongs to a closed tab, is only offered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.forms.utils import pretty_name

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.form_controls import first_control
from clientforms.browser.dom.local_storage import parse
from clientforms.browser.dom.scope import Scope
from clientforms.browser.drafts import draft_texts as texts
from clientforms.browser.drafts.draft_box import DraftBox, Offer
from clientforms.browser.drafts.draft_contents import DraftContents
from clientforms.browser.drafts.draft_notes import DraftNotes
from clientforms.browser.drafts.restore_attempts import RestoreAttempts
from clientforms.browser.runtime import (
    console,
    css_escape,
    document,
    keeping_script,
    local_time,
    to_array,
    window,
)
from clientforms.engine import ClientForm
from clientforms.engine.drafts.control_drafts import draft_of_controls, with_early
from clientforms.engine.drafts.draft_data import all_typed, draft_of, restore
from clientforms.engine.drafts.draft_fitting import Misfit
from clientforms.engine.targets.dotted_paths import form_name
from clientforms.texts import text

__all__ = ["give_back", "name_of_part", "part_is_of", "was_given_back"]

_PATIENCE = 10  # seconds; a page may never become ready
_RELOAD = "reload"
_attempts = RestoreAttempts("sessionStorage")
_done = asyncio.Event()


async def was_given_back() -> None:
    """Return when everything is restored, at once if nothing was saved."""
    if keeping_script().wasReloaded():
        try:
            await asyncio.wait_for(_done.wait(), _PATIENCE)
        except TimeoutError:
            console.warn("clientforms: what was kept for this reload has not been restored.")


async def give_back(bindings: Sequence[Binding]) -> None:
    """Restore what was saved into the forms of the page, and remove it from storage.

    If an attempt failed, or there are several saved texts, it is only offered, because it may have
    crashed Python. So is what a closed tab saved.
    """
    kept = _Kept(bindings)
    try:
        if keeping_script().wasReloaded():
            _read(await keeping_script().kept(), kept.add)
            await kept.give_back()
    finally:
        _done.set()
    if _read(await keeping_script().adopt(), kept.add_of_closed_tab):
        await kept.offer_rest()


def _read(
    found: Iterable[tuple[Any, Any]], add: Callable[[str, dict[str, Any] | None], None]
) -> bool:
    """Call `add` with each key and its data, None if unreadable; return whether there is any."""
    is_any = False
    for key, content in found:
        is_any = True
        try:
            data = parse(str(content))
        except ValueError:
            data = None
        add(str(key), data if isinstance(data, dict) else None)
    return is_any


def part_is_of(part: Any, binding: Binding) -> int:
    """Return how likely `part` belongs to `binding`, 0 if not at all."""
    is_form = isinstance(binding.live, ClientForm)
    if not isinstance(part, dict) or (part.get("kind") == "form") != is_form:
        return 0
    container = binding.container
    path = container.getAttribute("data-form" if is_form else "data-formset")
    prefix, old_prefix = str(binding.live.prefix or ""), part.get("prefix")
    same_prefix = 0 if prefix != old_prefix else 4 if prefix else 1
    same_path = 2 if path and str(path).strip() == part.get("path") else 0
    element_id = container.getAttribute("id")
    same_id = 3 if element_id and str(element_id) == part.get("id") else 0
    return same_prefix + same_path + same_id


def name_of_part(part: Any) -> str:
    """Return a name for a form of which only this `part` is left."""
    name = str(part.get("prefix") or form_name(str(part.get("path"))) or part.get("id"))
    return str(pretty_name(name))


class _Kept:
    """Saved content that is being restored.

    `_waiting` has what is not restored yet by key, `_said` messages that the user has not closed,
    and `_keys` all keys found.
    """

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self._bindings = list(bindings)
        self._keys: list[str] = []
        self._waiting: dict[str, dict[str, Any]] = {}
        self._boxes: dict[int, DraftBox] = {}
        self._said: dict[int, tuple[str, list[str]]] = {}
        self._said_key = ""
        self._spoken: list[str] = []

    def add(self, key: str, data: dict[str, Any] | None) -> None:
        """Add the content of `key`, None if it is unreadable."""
        self._keys.append(key)
        if data is None:
            console.warn("clientforms: what was kept for this reload cannot be read.")
            return
        if "said" not in data:
            self._waiting[key] = data
            return
        self._said_key = key
        for place, (summary, sentences) in enumerate(data["said"]):
            self._say(place, str(summary), [str(sentence) for sentence in sentences])

    def add_of_closed_tab(self, key: str, data: dict[str, Any] | None) -> None:
        """Add what a closed tab saved under `key`, without forms that have drafts of their own."""
        if data is not None:
            rest = [part for part, binding in self._pairs(data) if not _keeps_drafts(binding)]
            data = {**data, "parts": rest}
        self.add(key, data)

    async def offer_rest(self) -> None:
        """Offer what is not restored yet."""
        self._waiting = {key: data for key, data in self._waiting.items() if _typed_in(data)}
        self._offer()
        await self._settle()

    async def give_back(self) -> None:
        """Restore the content, or offer to."""
        if not (self._waiting or self._said):
            return
        has_failed = _attempts.has_failed(_RELOAD)
        if has_failed or len(self._waiting) > 1:
            self._waiting = {key: data for key, data in self._waiting.items() if _typed_in(data)}
        if has_failed or len(self._waiting) > 1:
            self._offer()
        else:
            for key in list(self._waiting):
                self._put_back(key)
        await self._settle()
        if not self._waiting:
            self._end_attempt()

    def _end_attempt(self) -> None:
        _attempts.end_soon(_RELOAD)
        for binding in self._bindings[:1]:
            binding.scope.listen(window, "pagehide", lambda _: _attempts.page_goes())

    def _put_back(self, key: str) -> None:
        """Restore what fits, and show what does not."""
        _attempts.begin(_RELOAD)
        data = self._waiting[key]
        misfits: dict[int, list[Misfit]] = {}
        plain = list(data.get("plain", ()))
        for part, binding in self._pairs(data):
            place = self._place(binding)
            misfits.setdefault(place, []).extend(self._restore(part, binding, plain))
        keeping_script().putBack(json.dumps(plain))
        complete = not any(misfits.values())
        self._spoken = [texts.restored(_when(data)[0], complete), *self._spoken]
        self._said_key = key
        for place, several in misfits.items():
            if several:
                summary = texts.restored(_when(data)[0], False)
                self._say(place, summary, texts.describe_misfits(several))
        announce(" ".join(self._spoken))
        del self._waiting[key]

    def _offer(self) -> None:
        offers = [
            Offer(key, *_when(data), sent=False, preview=texts.held(_typed_in(data)), is_whole=True)
            for key, data in self._waiting.items()
        ]
        self._box(0).offer(offers)
        if offers:
            announce(texts.offered(offers[0].when))

    async def _settle(self) -> None:
        """Store only what is not restored, and messages that are not closed."""
        left = [(key, json.dumps(data)) for key, data in self._waiting.items()]
        if self._said:
            said = [self._said[place] for place in sorted(self._said)]
            left.append((self._said_key, json.dumps({"said": said})))
        await keeping_script().givenBack(to_array(left), to_array(self._keys))

    def _pairs(self, data: dict[str, Any]) -> Iterable[tuple[Any, Binding | None]]:
        """Yield each part with the binding that it matches best, or None."""
        parts = list(data.get("parts", ()))
        likeness = [
            (part_is_of(part, binding), -place, number)
            for place, part in enumerate(parts)
            for number, binding in enumerate(self._bindings)
        ]
        found: dict[int, int] = {}
        for degree, place, number in sorted(likeness, reverse=True):
            if degree and -place not in found and number not in found.values():
                found[-place] = number
        for place, part in enumerate(parts):
            yield part, self._bindings[found[place]] if place in found else None

    def _restore(self, part: Any, binding: Binding | None, plain: list[Any]) -> list[Misfit]:
        if binding is None:
            draft = draft_of_controls(None, part)
            return all_typed(draft, name_of_part(part)) if draft else []
        form = binding.form_element
        contents = DraftContents(form, [binding])
        contents.find_secrets()
        secret = contents.secret(binding.name)
        plain.append(_take_out_plain(part, binding))
        draft = draft_of_controls(binding.live, part)
        if draft is None:
            return []
        try:
            done = restore(binding.live, with_early(draft, draft_of(binding.live, secret)), secret)
        except BaseException as error:  # noqa: BLE001 - a user's widget may raise anything
            console.warn(f"clientforms: {binding.name} did not take what was kept. {error}")
            return all_typed(draft, binding.name)
        if done.again:
            notes = DraftNotes(form, [binding], binding.scope)
            self._spoken += dict.fromkeys(
                notes.show(binding, key, field) for key, field in done.again
            )
        return list(done.misfits)

    def _place(self, binding: Binding | None) -> int:
        """Return the number of the first binding in the form of `binding`, where messages are shown."""
        if binding is None:
            return 0
        form = binding.form_element
        return next(
            number
            for number, candidate in enumerate(self._bindings)
            if candidate.form_element.isSameNode(form)
        )

    def _say(self, place: int, summary: str, sentences: list[str]) -> None:
        self._box(place).say(summary, sentences)
        self._said[place] = (summary, sentences)
        self._spoken += sentences

    def _box(self, place: int) -> DraftBox:
        if place not in self._boxes:
            binding = self._bindings[place] if 0 <= place < len(self._bindings) else None
            first = binding.form_element if binding else document.querySelector("form")
            scope = binding.scope if binding else Scope()
            answer = partial(self._answer, place)
            self._boxes[place] = DraftBox(first or document.body, scope, answer)
        return self._boxes[place]

    def _answer(self, place: int, action: str, key: str) -> None:
        box = self._box(place)
        had_focus = box.has_focus()
        if action == "close":
            box.close()
            del self._said[place]
        elif key in self._waiting:
            if action == "restore":
                self._put_back(key)
            else:
                del self._waiting[key]
                announce(text("The draft is discarded."))
            self._offer()
            if not self._waiting:
                self._end_attempt()
            if had_focus and not box.focus() and (control := first_control(document)):
                control.focus()
        self._settling = asyncio.ensure_future(self._settle())


def _keeps_drafts(binding: Binding | None) -> bool:
    return binding is not None and bool(binding.form_element.hasAttribute("data-draft"))


def _when(data: dict[str, Any]) -> tuple[str, str]:
    return local_time(float(data.get("saved", 0)), str(document.documentElement.lang))


def _typed_in(data: dict[str, Any]) -> list[Misfit]:
    """Return everything that was typed, regardless of the present forms."""
    found = []
    for part in data.get("parts", ()):
        if draft := draft_of_controls(None, part):
            found += all_typed(draft, name_of_part(part))
    for form in data.get("plain", ()):
        for name, control in form["controls"].items():
            if control["now"] != control["start"]:
                found.append(Misfit("field", "", None, name, tuple(control["now"])))
    return found


def _take_out_plain(part: Any, binding: Binding) -> dict[str, Any]:
    """Move controls that belong to no field, but still exist in the page, out of `part`."""
    form = binding.form_element
    found: dict[str, Any] = {}
    for row in part["rows"]:
        for name in list(row["controls"]):
            if any(binding.live.field_of(key, name) for key in binding.live.keys[:1]):
                continue
            control = row["controls"][name]
            is_there = form.querySelector(f'[name="{css_escape(name)}"]')
            place = binding.events.field_at(is_there) if is_there else None
            if is_there and place is None:
                found[name] = control
                del row["controls"][name]
    number = next(
        (index for index, other in enumerate(document.forms) if other.isSameNode(form)), -1
    )
    return {"id": str(form.getAttribute("id") or ""), "place": number, "controls": found}
