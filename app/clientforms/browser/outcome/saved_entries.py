"""A list of entries of one form, kept in the browser: edit, remove, export and import them.

An entry has the posted data, to edit it in the form again, and the cleaned data. The list is in
`localStorage` and is read anew each time, because other tabs write there too.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.forms import DecimalField

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.local_storage import Storage, StorageError, parse
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.dom.undo_keys import undo_keys
from clientforms.browser.outcome.downloads import button, offer_files
from clientforms.browser.outcome.value_tables import ValueTables
from clientforms.browser.page.containers import bindings_of, posted_by
from clientforms.browser.rows.undo_offers import make_offer
from clientforms.browser.runtime import document, read_file, window
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.data.to_csv import with_numbers
from clientforms.errors import ClientFormsError
from clientforms.texts import joined, text

__all__ = ["KeptList"]

_PREFIX = "clientforms:kept:"
_LARGEST = 5_000_000  # bytes of a file; browsers store no more for a page
_SHOWN = 30  # values of an entry that are seen at once

_Entry = dict[str, Any]


class KeptList:
    """The entries of `form`, shown in `place` until `scope` ends."""

    def __init__(self, form: Any, place: Any, scope: Scope) -> None:
        self._form = form
        self._place = place
        self._scope = scope
        self._rows: Scope | None = None
        self._words: ValueTables | None = None
        self._edited = ""  # id of the entry in the form
        self._is_kept = False  # whether the form's present data is kept
        self._removed: list[tuple[int, _Entry]] = []  # each with its place, newest last
        self._undone: list[str] = []  # entries that were removed and came back
        self._storage = Storage()
        path = str(window.location.pathname).removesuffix("index.html")
        self._key = f"{_PREFIX}{path}:{form.id}"
        self._make()
        scope.listen(window, "storage", lambda event: self._on_storage(str(event.key)))
        for name in ("formset:change", "formset:added", "formset:removed"):
            scope.listen(form, name, self._on_change)
        scope.at_end(lambda: undo_keys.forget(self))
        if self._bindings():
            self._show()
        else:  # labels and choices are those of the forms, which become live soon
            scope.listen(
                document,
                "clientforms:ready",
                lambda _: pressed_pointer.after(scope, self._show),
            )

    def keep(self, cleaned: Mapping[str, Any]) -> bool:
        """Keep the data of the valid form; return whether it is kept.

        Saving twice in a row keeps it once. An empty form is not kept.
        """
        posting = posted_by(self._form)
        if not any(binding.live.has_changed() for binding in posting):
            if not self._is_kept:
                self._say(text("Nothing is filled in."))
            return self._is_kept
        if self._is_kept:
            return True
        secrets = self._secrets()
        entry = {
            "id": self._edited or uuid.uuid4().hex,
            "post": {
                binding.name: {
                    name: values
                    for name, values in binding.live.post_data().items()
                    if name not in secrets
                }
                for binding in posting
            },
            "cleaned": {name: _without(value, secrets) for name, value in cleaned.items()},
        }
        entries = self._read()
        places = [
            place for place, kept_entry in enumerate(entries) if kept_entry["id"] == entry["id"]
        ]
        if places:
            entries[places[0]] = entry
        else:
            entries.append(entry)
        if not self._write(entries):
            return False
        self._is_kept = True
        self._scope.soon(lambda: self._start_over(text("Saved.")))
        return True

    # Showing

    def _make(self) -> None:
        heading = document.createElement("h3" if document.querySelector("h2") else "h2")
        put_text(heading, text("Saved in this browser"))
        self._said = document.createElement("p")
        self._said.setAttribute("role", "status")
        self._list = document.createElement("ol")
        self._list.className = "kept-entries"
        self._files = offer_files(self._scope, self._form, self._exported, self._tables)
        chooser = document.createElement("input")
        chooser.type = "file"
        chooser.accept = ".json,application/json"
        chooser.hidden = True
        chooser.setAttribute("aria-label", text("Import JSON"))
        chooser.setAttribute("data-kept-import", "")
        self._scope.listen(chooser, "change", self._on_chosen)
        # It is not a control of the form, which must not see its events.
        for name in ("input", "change"):
            self._scope.listen(chooser, name, lambda event: event.stopPropagation())
        self._files.append(button(self._scope, text("Import JSON"), chooser.click), chooser)
        self._stop = button(self._scope, text("Stop editing"), lambda: self._start_over())
        self._place.classList.add("kept")
        self._place.removeAttribute("tabindex")
        self._offered = document.createElement("div")
        self._place.replaceChildren(
            heading, self._said, self._list, self._offered, self._stop, self._files
        )
        self._place.hidden = False

    def _show(self, said: str = "") -> None:
        if self._rows:
            self._rows.end()
        self._rows = Scope()
        self._words = None  # choices may have changed
        entries = self._read()
        self._stop.hidden = not self._edited
        self._list.hidden = not entries
        self._offered.replaceChildren()
        if self._removed:
            self._offered.append(self._offer(self._rows, self._removed[-1][1]))
        self._say(said or ("" if entries else text("Nothing yet.")))
        self._list.replaceChildren(*[self._row(self._rows, entry) for entry in entries])

    def _row(self, scope: Scope, entry: _Entry) -> Any:
        row = document.createElement("li")
        summary = self._tables_of().summary(entry["cleaned"])
        row.append(self._details(scope, summary, entry["cleaned"]))
        if entry["id"] == self._edited:
            row.setAttribute("aria-current", "true")
        for said, press in (
            (text("Edit"), lambda: self._edit(entry["id"])),
            (text("Remove"), lambda: self._remove(entry["id"])),
        ):
            made = button(scope, said, press)
            made.setAttribute("aria-label", f"{said}: {summary}")
            row.append(made)
        return row

    def _details(self, scope: Scope, summary: str, cleaned: Mapping[str, Any]) -> Any:
        """Return all values of an entry under its summary. Many of them are shown on demand."""
        details, heading = document.createElement("details"), document.createElement("summary")
        heading.textContent = summary
        details.append(heading)

        def fill() -> None:
            if not details.querySelector("table"):
                details.append(self._tables_of().of(cleaned))

        scope.listen(details, "toggle", lambda _: fill())
        if sum(1 for _ in _values(cleaned)) <= _SHOWN:
            fill()
            details.open = True
        return details

    def _tables_of(self) -> ValueTables:
        if self._words is None:
            self._words = ValueTables(self._bindings())
        return self._words

    def _offer(self, scope: Scope, entry: _Entry) -> Any:
        """Return the offer to bring back a removed entry."""
        offer = make_offer(
            "div", f"{text('Removed.')} {self._tables_of().summary(entry['cleaned'])}"
        )
        scope.listen(offer.querySelector("button"), "click", lambda _: self._undo_and_focus())
        return offer

    def _say(self, said: str) -> None:
        # It is never hidden: a status is announced only if it was seen before.
        put_text(self._said, said)

    # What the buttons do

    def _edit(self, entry_id: str) -> None:
        entry = next(
            (kept_entry for kept_entry in self._read() if kept_entry["id"] == entry_id), None
        )
        if entry is None:
            self._show()
            return
        unknown = self._unknown_forms(entry["post"])
        try:
            for binding in self._bindings():  # including disabled ones, which a script may enable
                binding.catch_up()
                unknown += binding.live.set_posted(entry["post"].get(binding.name, {}))
        except ClientFormsError as error:  # the form has changed since
            self._say(str(error))
            return
        self._edited = entry_id
        self._show()
        if unknown:  # the form had other fields then
            self._say(_left_out(unknown))
        control = self._form.querySelector("input:not([type=hidden]), select, textarea")
        if control:
            control.focus()

    def _remove(self, entry_id: str) -> None:
        if self._take_out(entry_id):
            self._undone.clear()
            announce(joined([text("Removed."), text("Undo available.")]))
            self._focus_at(self._removed[-1][0])
            undo_keys.acted(self)

    def _take_out(self, entry_id: str) -> bool:
        entries = self._read()
        places = [place for place, entry in enumerate(entries) if entry["id"] == entry_id]
        if not places or not self._write([entry for entry in entries if entry["id"] != entry_id]):
            return False
        if self._edited == entry_id:
            self._edited = ""
        self._removed.append((places[0], entries[places[0]]))
        self._show()
        return True

    def go(self, action: str) -> bool:
        """Undo or redo the last removal; return whether there was one."""
        if action == "redo":
            if not self._undone or not self._take_out(self._undone.pop()):
                return False
            announce(joined([text("Removed."), text("Undo available.")]))
            self._focus_at(self._removed[-1][0])
            return True
        if not self._removed:
            return False
        place, entry = self._removed[-1]
        entries = [kept_entry for kept_entry in self._read() if kept_entry["id"] != entry["id"]]
        if not self._write([*entries[:place], entry, *entries[place:]]):
            return False
        self._removed.pop()
        self._undone.append(entry["id"])
        self._show()
        announce(text("Undone."))
        self._focus_at(place)
        return True

    def _undo_and_focus(self) -> None:
        if self.go("undo"):
            undo_keys.acted(self)

    def _focus_at(self, place: int) -> None:
        """Focus the entry that is at `place` now, or else the last, or else the offer to undo."""
        entries = [*self._list.children]
        at = entries[min(place, len(entries) - 1)] if entries else self._offered
        at.querySelector("button").focus()

    def _on_change(self, event: Any) -> None:
        self._is_kept = False

    def _start_over(self, said: str = "") -> None:
        was_kept, self._edited = self._is_kept, ""
        self._form.reset()
        self._is_kept = was_kept  # resetting the form counts as a change
        self._show(said)

    def _on_storage(self, key: str) -> None:
        if key == self._key:
            pressed_pointer.after(self._scope, self._show)

    # Files

    def _exported(self) -> list[_Entry]:
        return [{name: entry[name] for name in ("cleaned", "post")} for entry in self._read()]

    def _tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each form; those of a formset have the number of their entry."""
        tables: dict[str, list[dict[str, Any]]] = {}
        decimals = {binding.name: _decimal_fields(binding) for binding in self._bindings()}
        for number, entry in enumerate(self._read(), 1):
            for name, value in entry["cleaned"].items():
                rows = tables.setdefault(name, [])
                numbers = decimals.get(name, ())
                if isinstance(value, list):
                    own = [{"entry": number, **row} for row in value if isinstance(row, dict)]
                else:
                    own = [value] if isinstance(value, dict) else []
                rows += [with_numbers(row, numbers) for row in own]
        return tables

    def _on_chosen(self, event: Any) -> None:
        files = list(event.target.files)
        if files:
            self._scope.task(self._import(files[0], event.target))

    async def _import(self, file: Any, chooser: Any) -> None:
        name = str(file.name)
        try:
            if file.size > _LARGEST:
                raise ValueError("It is too large.")
            found = parse((await read_file(file)).decode("utf-8"))
        except (OSError, ValueError):
            found = None
        chooser.value = ""
        given = found if isinstance(found, list) else []
        pressed_pointer.after(self._scope, lambda: self._take_in(name, given))

    def _take_in(self, name: str, given: Sequence[Any]) -> None:
        """Keep the valid ones among the entries `given` from the file `name`, and show the result."""
        unknown: dict[str, None] = {}  # in the order in which they were found
        entries = [entry for given_entry in given if (entry := self._checked(given_entry, unknown))]
        if not given:
            self._say(text("%(file)s contains nothing that was exported here.", file=name))
        elif not entries or self._write([*self._read(), *entries]):
            counts = {"count": len(entries), "others": len(given) - len(entries)}
            said = text("Imported: %(count)d. Left out as not valid: %(others)d.", **counts)
            self._show(f"{said} {_left_out(unknown)}" if unknown else said)

    def _checked(self, given: Any, left_out: dict[str, None]) -> _Entry | None:
        """Return an imported entry, cleaned by Django anew, or None if it is invalid.

        Names that the form does not have are added to `left_out`.
        """
        post = given.get("post") if isinstance(given, dict) else None
        if not isinstance(post, dict):
            return None
        cleaned, kept, has_changed = {}, {}, False
        unknown = self._unknown_forms(post)
        for binding in self._bindings():
            if binding.name not in post and binding.container.closest("fieldset"):
                continue  # it was disabled when this was kept
            own: dict[str, list[str]] = post.get(binding.name, {})
            if not _is_posted(own):
                return None
            live = _fresh(binding)
            try:
                strange = live.set_posted(own)
                if not live.is_valid():
                    return None
                cleaned[binding.name] = live.plain_cleaned_data()
                has_changed |= live.has_changed()
            except BaseException:  # noqa: BLE001 - a user's rules may raise anything; it is left out
                return None
            kept[binding.name] = {
                name: values for name, values in own.items() if name not in strange
            }
            unknown += strange
        if not has_changed:
            return None
        left_out.update(dict.fromkeys(unknown))
        return {"id": uuid.uuid4().hex, "post": kept, "cleaned": cleaned}

    # Data

    def _bindings(self) -> list[Binding]:
        return bindings_of(self._form)

    def _unknown_forms(self, post: Mapping[str, Any]) -> list[str]:
        names = {binding.name for binding in self._bindings()}
        return [name for name in post if name not in names]

    def _secrets(self) -> set[str]:
        controls = self._form.querySelectorAll("input[type=password]")
        return {str(control.name) for control in controls}

    def _read(self) -> list[_Entry]:
        try:
            found = parse(self._storage.read(self._key).get(self._key, "[]"))
        except ValueError:
            return []
        return [entry for entry in found if _is_entry(entry)] if isinstance(found, list) else []

    def _write(self, entries: list[_Entry]) -> bool:
        try:
            self._storage.write(self._key, json.dumps(entries, ensure_ascii=False))
        except StorageError:
            self._say(text("Not saved: the browser has no room for it, or does not allow it."))
            return False
        return True


def _decimal_fields(binding: Binding) -> set[str]:
    """Return the fields whose cleaned data are numbers that JSON stores as text."""
    fields = binding.live.blank_form(0).fields
    return {name for name, field in fields.items() if isinstance(field, DecimalField)}


def _left_out(names: Iterable[str]) -> str:
    return text("Left out: %(names)s", names=", ".join(names))


def _fresh(binding: Binding) -> ClientForm | ClientFormSet:
    live = binding.live
    if isinstance(live, ClientFormSet):
        return ClientFormSet(live.formset_class, prefix=live.prefix)
    return ClientForm(live.form_class, prefix=live.prefix, name=live.name)


def _is_entry(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and isinstance(given.get("id"), str)
        and isinstance(given.get("cleaned"), dict)
        and isinstance(given.get("post"), dict)
        and all(map(_is_posted, given["post"].values()))
    )


def _is_posted(given: Any) -> bool:
    return isinstance(given, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values)
        for values in given.values()
    )


def _without(value: Any, secrets: Iterable[str]) -> Any:
    """Return cleaned data without the fields whose posted names are in `secrets`."""
    if isinstance(value, list):
        return [_without(inner_value, secrets) for inner_value in value]
    if isinstance(value, dict):
        return {
            key: inner_value
            for key, inner_value in value.items()
            if not any(name == key or name.endswith(f"-{key}") for name in secrets)
        }
    return value


def _values(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            for inner_value in value.values():
                yield from _values(inner_value)
        case list():
            for inner_value in value:
                yield from _values(inner_value)
        case _:
            yield value
