"""Giving back what `clientforms.keepForms()` kept before the page was loaded again.

`static/keeping.js` read it from the controls, as it may have been Python that failed. It is put back as
a draft is. What has no place any more is shown, to be copied, until it was read.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.forms.utils import pretty_name

from clientforms.browser import draft_texts as texts
from clientforms.browser.announcer import announce
from clientforms.browser.binding import Binding
from clientforms.browser.draft_box import DraftBox
from clientforms.browser.draft_contents import DraftContents
from clientforms.browser.draft_notes import DraftNotes
from clientforms.browser.runtime import console, css_escape, document, keeping_script, local_time
from clientforms.browser.scope import Scope
from clientforms.browser.storage import parse
from clientforms.engine import ClientForm
from clientforms.engine.control_drafts import draft_of_controls, with_early
from clientforms.engine.draft_fitting import Misfit
from clientforms.engine.drafts import all_typed, draft_of, restore
from clientforms.engine.targets import form_name

__all__ = ["give_back", "name_of_part", "part_is_of", "was_given_back"]

_PATIENCE = 10  # seconds; a page may never say that it is ready
_done = asyncio.Event()


async def was_given_back() -> None:
    """Return once all is back, at once where nothing was kept."""
    if keeping_script().wasReloaded():
        try:
            await asyncio.wait_for(_done.wait(), _PATIENCE)
        except TimeoutError:
            console.warn("clientforms: what was kept for this reload has not been put back.")


async def give_back(bindings: Sequence[Binding]) -> None:
    """Put back what was kept, into the forms of the page, and keep it no longer."""
    if keeping_script().wasReloaded() and (text := str(await keeping_script().kept())):
        try:
            data = parse(text)
            kept = _Kept(data, bindings) if isinstance(data, dict) else None
        except ValueError:
            kept = None
        if kept is None:
            console.warn("clientforms: what was kept for this reload cannot be read.")
        else:
            kept.give_back()
            await kept.settle()
    _done.set()


def part_is_of(part: Any, binding: Binding) -> int:
    """Return how much says that `part` of a page was what `binding` is now, 0 for nothing."""
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
    """Return what to call a form of which only this `part` is left."""
    name = str(part.get("prefix") or form_name(str(part.get("path"))) or part.get("id"))
    return str(pretty_name(name))


class _Kept:
    """What was kept, while it is put back; `said` is what is left of it to be read."""

    def __init__(self, data: dict[str, Any], bindings: Sequence[Binding]) -> None:
        self._data = data
        self._bindings = list(bindings)
        self._boxes: dict[int, DraftBox] = {}
        self._said: dict[int, tuple[str, list[str]]] = {}
        self._spoken: list[str] = []

    def give_back(self) -> None:
        """Put back what fits, and say what does not."""
        if "said" in self._data:
            for place, (summary, sentences) in enumerate(self._data["said"]):
                self._say(place, str(summary), [str(each) for each in sentences])
            return
        misfits: dict[int, list[Misfit]] = {}
        plain = list(self._data.get("plain", ()))
        for part, binding in self._pairs():
            place = self._place(binding)
            misfits.setdefault(place, []).extend(self._restore(part, binding, plain))
        keeping_script().putBack(json.dumps(plain))
        when, _ = local_time(float(self._data.get("saved", 0)), str(document.documentElement.lang))
        complete = not any(misfits.values())
        self._spoken.insert(0, texts.restored(when, complete))
        for place, several in misfits.items():
            if several:
                self._say(place, texts.restored(when, False), texts.describe_misfits(several))
        announce(" ".join(self._spoken))

    async def settle(self) -> None:
        """Keep what is still to be read, and nothing else."""
        said = [self._said[place] for place in sorted(self._said)]
        await keeping_script().givenBack(json.dumps({"said": said}) if said else "")

    def _pairs(self) -> Iterable[tuple[Any, Binding | None]]:
        """Return each part with the binding that it is most like, those that are most alike first."""
        parts = list(self._data.get("parts", ()))
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
            self._spoken += dict.fromkeys(notes.show(binding, *each) for each in done.again)
        return list(done.misfits)

    def _place(self, binding: Binding | None) -> int:
        """Return the number of the first binding of the form that says what is left over."""
        if binding is None:
            return 0
        form = binding.form_element
        return next(
            number
            for number, each in enumerate(self._bindings)
            if each.form_element.isSameNode(form)
        )

    def _say(self, place: int, summary: str, sentences: list[str]) -> None:
        binding = self._bindings[place] if 0 <= place < len(self._bindings) else None
        first = binding.form_element if binding else document.querySelector("form")
        scope = binding.scope if binding else Scope()
        box = DraftBox(first or document.body, scope, partial(self._answer, place))
        box.say(summary, sentences)
        self._boxes[place] = box
        self._said[place] = (summary, sentences)
        self._spoken += sentences

    def _answer(self, place: int, action: str, _: str) -> None:
        self._boxes.pop(place).close()
        del self._said[place]
        self._settling = asyncio.ensure_future(self.settle())


def _take_out_plain(part: Any, binding: Binding) -> dict[str, Any]:
    """Take controls out of `part` that are no field's but the author's own, and are still there."""
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
    number = next((i for i, each in enumerate(document.forms) if each.isSameNode(form)), -1)
    return {"id": str(form.getAttribute("id") or ""), "place": number, "controls": found}
