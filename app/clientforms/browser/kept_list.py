"""What one form kept in the browser: a list of entries that are edited, removed, exported, imported.

An entry is what was posted, by which it comes back into the form, and the cleaned data of it. The
list lies in `localStorage` and is read anew each time, since other tabs write there too.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.forms import DecimalField, JSONField, MultipleHiddenInput

from clientforms.browser.announcer import announce
from clientforms.browser.binding import Binding
from clientforms.browser.downloads import button, offer_files
from clientforms.browser.page import bindings
from clientforms.browser.runtime import document, read_file, window
from clientforms.browser.scope import Scope
from clientforms.browser.storage import Storage, StorageError, parse
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.tables import with_numbers
from clientforms.errors import ClientFormsError
from clientforms.texts import text

__all__ = ["KeptList"]

_PREFIX = "clientforms:kept:"
_LARGEST = 5_000_000  # bytes of a file; browsers keep no more for a page
_SHOWN = 5  # values of an entry in the list

_Entry = dict[str, Any]


class KeptList:
    """The entries of `form`, shown in `place`, as long as `scope` lasts."""

    def __init__(self, form: Any, place: Any, scope: Scope) -> None:
        self._form = form
        self._place = place
        self._scope = scope
        self._rows: Scope | None = None
        self._edited = ""  # the entry that is in the form
        self._storage = Storage()
        path = str(window.location.pathname).removesuffix("index.html")
        self._key = f"{_PREFIX}{path}:{form.id}"
        self._make()
        scope.listen(window, "storage", lambda event: self._on_storage(str(event.key)))
        self._show()

    def keep(self, cleaned: Mapping[str, Any]) -> bool:
        """Keep what is in the form, which is valid; return whether the browser did."""
        secrets = self._secrets()
        entry = {
            "id": self._edited or uuid.uuid4().hex,
            "post": {
                each.name: {
                    name: values
                    for name, values in each.live.post_data().items()
                    if name not in secrets
                }
                for each in self._bindings()
            },
            "cleaned": {name: _without(value, secrets) for name, value in cleaned.items()},
        }
        entries = self._read()
        places = [place for place, each in enumerate(entries) if each["id"] == entry["id"]]
        if places:
            entries[places[0]] = entry
        else:
            entries.append(entry)
        if not self._write(entries):
            return False
        self._scope.soon(self._start_over)
        announce(text("Kept."))
        return True

    # Showing

    def _make(self) -> None:
        heading = document.createElement("h3" if document.querySelector("h2") else "h2")
        heading.textContent = text("Kept in this browser")
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
        # It is no control of the form: neither its values nor their changes are the form's.
        for name in ("input", "change"):
            self._scope.listen(chooser, name, lambda event: event.stopPropagation())
        self._files.append(button(self._scope, text("Import JSON"), chooser.click), chooser)
        self._stop = button(self._scope, text("Stop editing"), self._start_over)
        self._place.classList.add("kept")
        self._place.removeAttribute("tabindex")
        self._place.replaceChildren(heading, self._said, self._list, self._stop, self._files)
        self._place.hidden = False

    def _show(self) -> None:
        if self._rows:
            self._rows.end()
        self._rows = Scope()
        entries = self._read()
        self._stop.hidden = not self._edited
        self._list.hidden = not entries
        self._say("" if entries else text("Nothing yet."))
        self._list.replaceChildren(*[self._row(self._rows, entry) for entry in entries])

    def _row(self, scope: Scope, entry: _Entry) -> Any:
        row, label = document.createElement("li"), document.createElement("span")
        summary = " · ".join(list(_words(entry["cleaned"]))[:_SHOWN])
        label.textContent = summary
        row.append(label)
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

    def _say(self, said: str) -> None:
        self._said.textContent = said
        self._said.hidden = not said

    # What the buttons do

    def _edit(self, entry_id: str) -> None:
        entry = next((each for each in self._read() if each["id"] == entry_id), None)
        if entry is None:
            self._show()
            return
        try:
            for each in self._bindings():
                each.catch_up()
                each.live.set_data(_given(each.live, entry["post"].get(each.name, {})))
        except ClientFormsError as error:  # the form is another than it was then
            self._say(str(error))
            return
        self._edited = entry_id
        self._show()
        control = self._form.querySelector("input:not([type=hidden]), select, textarea")
        if control:
            control.focus()

    def _remove(self, entry_id: str) -> None:
        if self._edited == entry_id:
            self._edited = ""
        if self._write([each for each in self._read() if each["id"] != entry_id]):
            self._show()
            announce(text("Removed."))

    def _start_over(self) -> None:
        self._edited = ""
        self._form.reset()
        self._show()

    def _on_storage(self, key: str) -> None:
        if key == self._key:
            self._show()

    # Files

    def _exported(self) -> list[_Entry]:
        return [{name: each[name] for name in ("cleaned", "post")} for each in self._read()]

    def _tables(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each form; those of a formset say which entry they are of."""
        tables: dict[str, list[dict[str, Any]]] = {}
        decimals = {each.name: _decimal_fields(each) for each in self._bindings()}
        for number, entry in enumerate(self._read(), 1):
            for name, value in entry["cleaned"].items():
                rows = tables.setdefault(name, [])
                numbers = decimals.get(name, ())
                if isinstance(value, list):
                    rows += [{"entry": number, **with_numbers(row, numbers)} for row in value]
                else:
                    rows.append(with_numbers(value, numbers))
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
        entries = [entry for each in given if (entry := self._checked(each))]
        if not given:
            self._say(text("%(file)s holds nothing that was exported here.", file=name))
            return
        if not entries or self._write([*self._read(), *entries]):
            self._show()
            counts = {"count": len(entries), "others": len(given) - len(entries)}
            self._say(text("Imported: %(count)d. Left out as not valid: %(others)d.", **counts))

    def _checked(self, given: Any) -> _Entry | None:
        """Return an entry of what a file holds, cleaned by Django anew; None where it is not valid."""
        post = given.get("post") if isinstance(given, dict) else None
        if not isinstance(post, dict):
            return None
        cleaned = {}
        for binding in self._bindings():
            own: dict[str, list[str]] = post.get(binding.name, {})
            if not _is_posted(own):
                return None
            live = _fresh(binding)
            try:
                if not live.set_data(_given(live, own)):
                    return None
            except (ClientFormsError, ValueError):
                return None
            cleaned[binding.name] = live.plain_cleaned_data()
        kept = {binding.name: post[binding.name] for binding in self._bindings()}
        return {"id": uuid.uuid4().hex, "post": kept, "cleaned": cleaned}

    # What it is made of

    def _bindings(self) -> list[Binding]:
        return [each for each in bindings() if each.form_element.isSameNode(self._form)]

    def _secrets(self) -> set[str]:
        controls = self._form.querySelectorAll("input[type=password]")
        return {str(each.name) for each in controls}

    def _read(self) -> list[_Entry]:
        try:
            found = parse(self._storage.read(self._key).get(self._key, "[]"))
        except ValueError:
            return []
        return [each for each in found if _is_entry(each)] if isinstance(found, list) else []

    def _write(self, entries: list[_Entry]) -> bool:
        try:
            self._storage.write(self._key, json.dumps(entries, ensure_ascii=False))
        except StorageError:
            self._say(text("Not kept: the browser has no room for it, or forbids it."))
            return False
        return True


def _decimal_fields(binding: Binding) -> set[str]:
    """Return the fields whose cleaned data are numbers that JSON keeps as text."""
    fields = binding.live.blank_form(0).fields
    return {name for name, field in fields.items() if isinstance(field, DecimalField)}


def _fresh(binding: Binding) -> ClientForm | ClientFormSet:
    live = binding.live
    if isinstance(live, ClientFormSet):
        return ClientFormSet(live.formset_class, prefix=live.prefix)
    return ClientForm(live.form_class, prefix=live.prefix, name=live.name)


def _given(live: ClientForm | ClientFormSet, post: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return what was posted as `set_data()` takes it, for which a form's names without prefix are fields."""
    if isinstance(live, ClientFormSet) or live.prefix:
        return dict(post)
    given: dict[str, Any] = {}
    for name, values in post.items():
        field = live.form.fields.get(name)
        widget = getattr(field, "widget", None)
        several = getattr(
            widget, "allow_multiple_selected", isinstance(widget, MultipleHiddenInput)
        )
        if field is None or several or not values:
            given[name] = values
        elif isinstance(field, JSONField):
            given[name] = json.loads(values[0]) if values[0] else None
        else:
            given[name] = values[0]
    return given


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
        isinstance(values, list) and all(isinstance(each, str) for each in values)
        for values in given.values()
    )


def _without(value: Any, secrets: Iterable[str]) -> Any:
    """Return cleaned data without the fields that `secrets` are posted names of."""
    if isinstance(value, list):
        return [_without(each, secrets) for each in value]
    if isinstance(value, dict):
        return {
            key: each
            for key, each in value.items()
            if not any(name == key or name.endswith(f"-{key}") for name in secrets)
        }
    return value


def _words(value: Any) -> Iterable[str]:
    match value:
        case dict():
            for name, each in value.items():
                if name not in ("DELETE", "ORDER"):
                    yield from _words(each)
        case list():
            for each in value:
                yield from _words(each)
        case None | "" | bool():
            return
        case _:
            yield str(value)
