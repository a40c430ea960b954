"""The list of outbox entries, shown in the page's `[data-outbox-list]` element or at the end of the form."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import mark
from clientforms.browser.outcome.value_tables import tables_of
from clientforms.browser.runtime import document, local_time
from clientforms.engine.data.to_words import Words
from clientforms.online.messages import Action
from clientforms.online.online_words import word
from clientforms.online.outbox_storage import Entry
from clientforms.texts import text

__all__ = ["OutboxList"]

_OWN = "data-outbox-own"  # marks an element that this module created
_BOX = "data-outbox-box"
_LONGEST_TITLE = 60  # characters

_Content = tuple[Any, ...]


class OutboxList:
    """The list of entries. `act` is called with the name of the action and the id of the entry, 0 for all entries."""

    def __init__(self, scope: Scope, act: Callable[[str, int], None]) -> None:
        self._scope = scope
        self._act = act
        self._shown: Any = None
        # The content that is shown and its element, by the entry's id.
        self._items: dict[int, tuple[_Content, Any]] = {}
        scope.listen(document, "click", self._on_click)

    def show(
        self,
        entries: Sequence[Entry],
        others: int,
        edited: Collection[int],
        reason: tuple[str, Sequence[Action]],
    ) -> None:
        """Show these entries, and the number of other users' entries. `reason` says why they are waiting."""
        place = self._place(bool(entries or others))
        if not place:
            return
        now = (
            [(each.id, _content(each, each.id in edited)) for each in entries],
            others,
            reason[0],
        )
        box = place.querySelector(f":scope > [{_BOX}]")
        if box and now == self._shown:
            return  # nothing changed: replacing a button while it is pressed would lose the click
        self._shown = now
        had_focus = place.contains(document.activeElement)
        pressed = _pressed(document.activeElement) if had_focus else ("", "")
        open_ones = {
            str(each.closest("[data-outbox-entry]").getAttribute("data-outbox-entry"))
            for each in place.querySelectorAll("details[open]")
        }
        if box:
            box.remove()
        if not (entries or others):
            self._items = {}
            if place.hasAttribute(_OWN):
                place.remove()
            return
        place.append(self._made(entries, others, edited, reason, open_ones))
        if had_focus:
            again = _button_in(place, *pressed) or place.querySelector("button")
            if again:
                again.focus()

    def _place(self, is_needed: bool) -> Any:
        if place := document.querySelector("[data-outbox-list]"):
            return place
        if place := document.querySelector(f"[{_OWN}]"):
            return place
        form = document.querySelector("form[data-outbox]")
        if not form or not is_needed:
            return None
        place = document.createElement("div")
        place.setAttribute(_OWN, "")
        form.append(place)
        return place

    def _made(
        self,
        entries: Sequence[Entry],
        others: int,
        edited: Collection[int],
        reason: tuple[str, Sequence[Action]],
        open_ones: Collection[str],
    ) -> Any:
        box = _element("section", className="clientforms-outbox")
        box.setAttribute(_BOX, "")
        box.setAttribute("aria-label", word("Outbox"))
        if entries:
            waiting = any(each.state == "waiting" for each in entries)
            said, actions = reason if waiting else ("", [])
            if said:
                box.append(_reason(said, actions))
            items = _element("ol")
            self._items = {
                entry.id: self._item(entry, entry.id in edited, str(entry.id) in open_ones)
                for entry in entries
            }
            for _, item in self._items.values():
                items.append(item)
            box.append(items)
            buttons = _element("p")
            if waiting:
                buttons.append(_button("send-all", word("Send now")), " ")
            buttons.append(_button("export", text("Download JSON")))
            box.append(buttons)
        if others:
            said = word("Waiting until another user logs in: %(count)d", count=others)
            box.append(_element("p", textContent=said))
        return box

    def _item(self, entry: Entry, is_here: bool, is_open: bool) -> tuple[_Content, Any]:
        """Return the shown data of an entry and its element, which is reused if the data has not changed."""
        content = _content(entry, is_here)
        known = self._items.get(entry.id)
        return (
            known
            if known and known[0] == content
            else (content, self._new_item(entry, is_here, is_open))
        )

    def _new_item(self, entry: Entry, is_here: bool, is_open: bool) -> Any:
        item = _element("li")
        item.setAttribute("data-outbox-entry", str(entry.id))
        item.setAttribute("data-state", entry.state)
        details, summary = _element("details"), _element("summary")
        details.open = is_open
        language = str(document.documentElement.getAttribute("lang") or "")
        when, iso = local_time(entry.created, language)
        moment = _element("time", textContent=when)
        moment.setAttribute("datetime", iso)
        state = _element("strong", textContent=_state(entry.state))
        summary.append(state, f" {_title(entry)} ", moment)
        words = entry.words or {"": [Words(label, label, value) for label, value in entry.shown]}
        details.append(summary, tables_of(words))
        item.append(details)
        if entry.said:
            item.append(_element("p", textContent=entry.said))
        if is_here:
            item.append(_button("stop", text("Stop editing")), " ")
        else:
            item.append(_button("edit", text("Edit")), " ")
            if entry.state != "waiting":
                item.append(_button("send", text("Send")), " ")
        item.append(_button("delete", text("Remove")))
        return item

    def _on_click(self, event: Any) -> None:
        action, number = _pressed(event.target)
        if action:
            event.preventDefault()
            self._act(action, int(number or 0))


def _content(entry: Entry, is_here: bool) -> _Content:
    return entry.state, entry.said, entry.words or entry.shown, is_here


def _pressed(target: Any) -> tuple[str, str]:
    """Return the action of a button in the list, and the id of its entry."""
    button = target.closest("[data-outbox-action]") if target and target.nodeType == 1 else None
    if not button:
        return "", ""
    item = button.closest("[data-outbox-entry]")
    number = str(item.getAttribute("data-outbox-entry")) if item else ""
    return str(button.getAttribute("data-outbox-action")), number


def _button_in(place: Any, action: str, number: str) -> Any:
    within = place.querySelector(f'[data-outbox-entry="{number}"]') if number else place
    return within.querySelector(f'[data-outbox-action="{action}"]') if within and action else None


def _button(action: str, label: str) -> Any:
    button = _element("button", textContent=label)
    button.type = "button"
    button.setAttribute("data-outbox-action", action)
    return button


def _element(tag: str, **properties: str) -> Any:
    made = document.createElement(tag)
    for name, value in properties.items():
        setattr(made, name, value)
    mark(made, *properties.values())
    return made


def _reason(said: str, actions: Sequence[Action]) -> Any:
    line = _element("p", textContent=said)
    line.setAttribute("data-outbox-reason", "")
    for action in actions:
        if action.address:
            link = _element("a", textContent=action.label)
            link.href, link.target = action.address, "_blank"
            line.append(" ", link)
    return line


def _state(state: str) -> str:
    match state:
        case "waiting":
            return word("Waiting to send")
        case "unsure":
            return word("It may have arrived: look before you send it again.")
        case "editing":
            return word("Being edited")
        case _:
            return word("Refused by the server")


def _title(entry: Entry) -> str:
    """Return a title for an entry: its first two values, or the page's title if there are none."""
    words = " · ".join([value for _, value in entry.shown][:2]) or entry.title
    return words if len(words) <= _LONGEST_TITLE else f"{words[: _LONGEST_TITLE - 1]}…"
