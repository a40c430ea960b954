"""Converts a `<form>` to an entry of the outbox and back, including rows, files and controls that are not live."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.outcome.value_tables import AllWords, ValueTables
from clientforms.browser.page.containers import bindings_of, cleaned_by
from clientforms.browser.runtime import document, file_list, window
from clientforms.engine.data.to_words import Words
from clientforms.errors import ClientFormsError
from clientforms.online.outbox_storage import Entry
from clientforms.online.server_requests import TOKEN

__all__ = [
    "about_form",
    "body_of",
    "find_form",
    "is_untouched",
    "posted_fields",
    "posts_of",
    "put_into",
    "shown_values",
    "shown_words",
]

_SECRET = "••••••"
_UNSHOWN = ("hidden", "submit", "image", "button", "reset")
_LONGEST = 200  # characters of a value that are shown


def posted_fields(body: Any) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a FormData, without Django's CSRF token and without empty file inputs."""
    found = []
    for pair in list(body.entries()):
        name, value = str(pair[0]), pair[1]
        if name == TOKEN:
            continue
        if isinstance(value, str) or value.size or value.name:
            found.append((name, value))
    return tuple(found)


def body_of(entry: Entry) -> Any:
    """Return an entry's fields as FormData."""
    body = window.FormData.new()
    for name, value in entry.fields:
        if isinstance(value, str):
            body.append(name, value)
        else:
            body.append(name, value, value.name)
    return body


def posts_of(form: Any) -> dict[str, dict[str, list[str]]]:
    """Return the POST data of each live form in `form`, by its name."""
    return {binding.name: dict(binding.live.post_data()) for binding in bindings_of(form)}


def shown_values(form: Any) -> tuple[tuple[str, str], ...]:
    """Return the labels and values of the filled-in controls, for a title."""
    return _shown(list(form.elements))


def shown_words(form: Any) -> AllWords:
    """Return the values of `form` in words, for display.

    Live forms say what they have cleaned. Controls that are in none, and those of forms that still wait for an
    answer, come last, as they are.
    """
    cleaned = cleaned_by(form)
    words = {} if cleaned is None else dict(ValueTables(bindings_of(form)).in_words(cleaned))
    others = list(form.elements)
    if cleaned is not None:
        everywhere = [binding for outer in bindings_of(form) for binding in outer.tree()]
        others = [
            control
            for control in others
            if not any(binding.events.field_at(control) for binding in everywhere)
        ]
    if plain := [Words(label, label, value) for label, value in _shown(others)]:
        words[""] = plain
    return words


def _shown(controls: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for control in controls:
        kind, name = str(getattr(control, "type", "")), str(getattr(control, "name", "") or "")
        if not name or kind in _UNSHOWN or control.disabled:
            continue
        if kind in ("checkbox", "radio") and not control.checked:
            continue
        if said := _value(control, kind):
            found.append((_label(control) or name, said[:_LONGEST]))
    return tuple(found)


def find_form(about: str, page: str) -> Any | None:
    """Return the form that an entry belongs to, None if it is not in this page. See `about_form()`."""
    if page.partition("#")[0] != str(document.URL).partition("#")[0]:
        return None
    return next(
        (
            form
            for form in document.querySelectorAll("form[data-outbox]")
            if about_form(form) == about
        ),
        None,
    )


def about_form(form: Any) -> str:
    """Return an identifier for a form that stays the same after a page load."""
    names = " ".join(binding.name for binding in bindings_of(form))
    return f"{form.getAttribute('id') or ''} {form.getAttribute('action') or ''} {names}"


def is_untouched(form: Any) -> bool:
    """Return whether nothing in `form` was changed. Plain controls count only if it contains no live form."""
    own = bindings_of(form)
    for binding in own:
        binding.catch_up()
        if binding.live.has_changed():
            return False
    if not own and any(_was_changed(control) for control in list(form.elements)):
        return False
    return not any(control.files.length for control in _file_inputs(form))


def put_into(form: Any, entry: Entry) -> str:
    """Fill `form` with an entry. Returns an error message if the form no longer fits the entry, otherwise ''."""
    own = bindings_of(form)
    try:
        for binding in own:
            binding.catch_up()
            binding.live.set_posted(entry.post.get(binding.name, {}))
    except ClientFormsError as error:
        return str(error)
    _fill_plain(form, own, entry)
    for control in _file_inputs(form):
        files = [
            value
            for name, value in entry.fields
            if name == control.name and not isinstance(value, str)
        ]
        there = file_list(files)
        if there is not None:
            control.files = there
            control.dispatchEvent(_change())
    return ""


def _fill_plain(form: Any, own: Iterable[Binding], entry: Entry) -> None:
    """Fill the controls that do not belong to a live form."""
    everywhere = [binding for outer in own for binding in outer.tree()]
    texts: dict[str, list[str]] = {}
    for name, value in entry.fields:
        if isinstance(value, str):
            texts.setdefault(name, []).append(value)
    for control in list(form.elements):
        kind, name = str(getattr(control, "type", "")), str(getattr(control, "name", "") or "")
        if not name or name == TOKEN or kind in (*_UNSHOWN, "file"):
            continue
        if any(binding.events.field_at(control) for binding in everywhere):
            continue
        values = texts.get(name, [])
        if kind in ("checkbox", "radio"):
            control.checked = control.value in values
        elif kind == "select-multiple":
            for option in list(control.options):
                option.selected = option.value in values
        elif values:
            control.value = values.pop(0)
        control.dispatchEvent(_change())


def _was_changed(control: Any) -> bool:
    kind = str(getattr(control, "type", ""))
    if kind in (*_UNSHOWN, "file") or not getattr(control, "name", ""):
        return False
    if kind in ("checkbox", "radio"):
        return bool(control.checked != control.defaultChecked)
    if kind.startswith("select"):
        return any(option.selected != option.defaultSelected for option in list(control.options))
    return bool(control.value != getattr(control, "defaultValue", control.value))


def _file_inputs(form: Any) -> list[Any]:
    return list(form.querySelectorAll("input[type=file][name]"))


def _change() -> Any:
    event = document.createEvent("Event")
    event.initEvent("change", True, False)
    return event


def _value(control: Any, kind: str) -> str:
    if kind == "password":
        return _SECRET if control.value else ""
    if kind == "file":
        return ", ".join(str(file.name) for file in list(control.files))
    if kind.startswith("select"):
        return ", ".join(
            str(option.text) for option in list(control.options) if option.selected and option.value
        )
    if kind in ("checkbox", "radio"):
        return "✓" if kind == "checkbox" else str(_own_label(control) or control.value)
    return str(control.value).strip()


def _label(control: Any) -> str:
    group = control.closest("fieldset")
    if str(control.type) == "radio" and group:
        legend = group.querySelector("legend")
        return str(legend.textContent).strip() if legend else ""
    return _own_label(control)


def _own_label(control: Any) -> str:
    labels = getattr(control, "labels", None)
    return str(labels[0].textContent).strip().removesuffix(":") if labels and labels.length else ""
