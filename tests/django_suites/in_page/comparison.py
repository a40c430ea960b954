"""Asks ClientFormSet what a test asks a bound formset, and notes where the answers differ.

Django's answer comes first and goes to the test untouched; ClientFormSet is made from the same
class and arguments, and gets the same data as the page gives data to it.
"""

from __future__ import annotations

import contextlib
import copy
import json
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import File
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.forms import BaseFormSet, BaseInlineFormSet, BaseModelFormSet
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm

from clientforms import ClientFormSet
from clientforms.engine.models.given_queryset import GivenQuerySet
from clientforms.errors import DataError

__all__ = ["Comparison"]

Posted = dict[str, list[str]]
"""What a POST carries: full control name to values."""

Notes = dict[str, list[str]]
"""Id of a test to lines about it."""

WITHOUT_DATABASE = "without a database"
"""How pages have model formsets: their rows are a list of instances."""


class Comparison:
    """While it is entered, a bound formset that is asked something is compared in all things.

    `formsets` counts what was compared, `answers` how many were, by the way in which ClientFormSet
    got its data; `differences` (by way) and `refused` hold lines that say what is wrong, by test id.
    """

    def __init__(self) -> None:
        self.test = ""
        self.formsets = 0
        self.answers = dict.fromkeys(_WAYS, 0)
        self.differences: dict[str, Notes] = {way: {} for way in _WAYS}
        self.refused: Notes = {}
        self._live: weakref.WeakKeyDictionary[BaseFormSet, dict[str, ClientFormSet]]
        self._live = weakref.WeakKeyDictionary()
        self._busy = False

    def __enter__(self) -> Comparison:
        self._originals = {name: vars(BaseFormSet)[name] for name in _ENTRANCES}
        for name, original in self._originals.items():
            setattr(BaseFormSet, name, self._with_comparison(original))
        return self

    def __exit__(self, *exception: object) -> None:
        for name, original in self._originals.items():
            setattr(BaseFormSet, name, original)

    def _with_comparison(self, original: Any) -> Any:
        is_property = isinstance(original, property)
        ask = original.fget if is_property else original

        def asked(formset: BaseFormSet) -> Any:
            if self._busy or not formset.is_bound:
                return ask(formset)
            self._busy = True
            try:
                answer = _outcome(ask, formset)
                with _unseen():
                    self._compare(formset)
            finally:
                self._busy = False
            if isinstance(answer, Exception):
                raise answer
            return answer

        return property(asked) if is_property else asked

    def _compare(self, formset: BaseFormSet) -> None:
        if formset not in self._live:
            self._live[formset] = dict(self._live_copies(formset))
            self.formsets += bool(self._live[formset])
        for question, ask in _QUESTIONS.items() if self._live[formset] else ():
            theirs = _outcome(ask, formset)
            for way, live in self._live[formset].items():
                if question == "changes" and live.initial and not formset.initial:
                    continue  # what is taken over is initial data where none was given
                with _place(way):
                    ours = _outcome(ask, live)
                self.answers[way] += 1
                if _comparable(ours) != _comparable(theirs):
                    words = f"{question}, Django's {theirs!r}", f"ours {ours!r}"
                    self._note(self.differences[way], formset, *words)

    def _live_copies(self, formset: BaseFormSet) -> Iterator[tuple[str, ClientFormSet]]:
        """Yield for each way of giving data a ClientFormSet that holds what `formset` got."""
        posted = _posted(formset)
        if any(f"{formset.prefix}-{name}" not in posted for name in _COUNTS):
            self._note(self.refused, formset, "the management data is missing")
            return
        for way, give in _WAYS.items():
            arguments = _arguments(formset)
            if way == WITHOUT_DATABASE:
                if not isinstance(formset, BaseModelFormSet):
                    continue
                arguments["formset_kwargs"]["queryset"] = list(formset.get_queryset().all())
            with _place(way):
                live = ClientFormSet(type(formset), **arguments)
                try:
                    give(live, posted)
                except DataError as error:
                    self._note(self.refused, formset, way, error)
                    continue
                _give_files(live, formset)
            yield way, live

    def _note(self, notes: Notes, formset: BaseFormSet, *words: object) -> None:
        line = ": ".join(map(str, (type(formset).__name__, *words)))
        notes.setdefault(self.test, []).append(line)


def _set(live: ClientFormSet, posted: Posted) -> None:
    """As a script does."""
    live.set_data(posted)


def _type(live: ClientFormSet, posted: Posted) -> None:
    """As a user does, control by control, in as many rows as there are to be."""
    live.set_data({name: values for name, values in posted.items() if _is_management(live, name)})
    for index, values in enumerate(_by_row(live, posted, len(live))):
        for name, each in values.items():
            key = live.keys[index]
            live.input(key, {name: each})
            live.validate_field(key, live.field_of(key, name))


def _take_over(live: ClientFormSet, posted: Posted) -> None:
    """As a page does that a server rendered with these values."""
    total, initial = (int(posted[f"{live.prefix}-{name}"][0]) for name in _COUNTS)
    if total > live.formset_class.absolute_max:
        raise DataError(f"no server renders more forms than absolute_max, and {total} are more")
    live.in_page.take_over(_by_row(live, posted, total), initial)


_COUNTS = (TOTAL_FORM_COUNT, INITIAL_FORM_COUNT)
_WAYS = {"set": _set, "typed": _type, "taken over": _take_over, WITHOUT_DATABASE: _set}


@contextlib.contextmanager
def _place(way: str) -> Iterator[None]:
    """Take the database away where it has to do without: the settings name none, nobody asks it."""
    if way != WITHOUT_DATABASE:
        yield
        return
    settings = connections.settings[DEFAULT_DB_ALIAS]
    engine, settings["ENGINE"] = settings["ENGINE"], "django.db.backends.dummy"
    try:
        with connections[DEFAULT_DB_ALIAS].execute_wrapper(_refuse):
            yield
    finally:
        settings["ENGINE"] = engine


def _refuse(execute: Any, sql: str, *rest: Any) -> None:
    raise RuntimeError(f"There is no database here, but it was asked: {sql}")


def _by_row(live: ClientFormSet, posted: Posted, total: int) -> list[dict[str, list[str]]]:
    rows: list[dict[str, list[str]]] = []
    for index in range(total):
        leads = (f"{live.prefix_of(index)}-", f"initial-{live.prefix_of(index)}-")
        rows.append({name: posted[name] for name in posted if name.startswith(leads)})
    return rows


def _give_files(live: ClientFormSet, formset: BaseFormSet) -> None:
    for name in formset.files or ():
        for index, key in enumerate(live.keys):
            if name.startswith(f"{live.prefix_of(index)}-"):
                live.files(key, name, _list(formset.files, name))


_ENTRANCES = ("cleaned_data", "errors", "is_valid", "non_form_errors")

_QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "validity": lambda formset: formset.is_valid(),
    "errors": lambda formset: formset.errors,
    "non-form errors": lambda formset: formset.non_form_errors(),
    "cleaned data": lambda formset: formset.cleaned_data,
    "each form": lambda formset: [
        (each.prefix, each.errors, getattr(each, "cleaned_data", None)) for each in formset.forms
    ],
    "changes": lambda formset: [each.changed_data for each in formset.forms],
    "deleted forms": lambda formset: [each.prefix for each in formset.deleted_forms],
    "ordered forms": lambda formset: [each.prefix for each in formset.ordered_forms],
}


def _arguments(formset: BaseFormSet) -> dict[str, Any]:
    own: dict[str, Any] = {"error_class": formset.error_class}
    initial = formset.initial
    if isinstance(formset, BaseModelFormSet):
        initial = formset.initial_extra
        if formset.queryset is not None:
            own["queryset"] = formset.queryset.all()  # a copy: its instances are not the test's
    if isinstance(formset, BaseInlineFormSet):
        # Another copy: an inline formset that is not bound takes away its parent's default key.
        own |= {"instance": copy.copy(formset.instance), "save_as_new": formset.save_as_new}
    return {
        "prefix": formset.prefix,
        "initial": initial,
        "form_kwargs": formset.form_kwargs,
        "auto_id": formset.auto_id,
        "error_messages": formset.error_messages,
        "formset_kwargs": own,
    }


def _posted(formset: BaseFormSet) -> Posted:
    """Return the part of the data that a page can have: what controls of the formset are called.

    A test may well give more, as Django passes over what it does not know.
    """
    names = [name for name in formset.data or () if name.startswith(f"{formset.prefix}-")]
    posted = {name: _texts(formset.data, name) for name in names if _is_management(formset, name)}
    for form in formset.forms:
        for name, field in form.fields.items():
            controls = [form.add_prefix(name)]
            if field.show_hidden_initial:
                controls.append(form.add_initial_prefix(name))
            several = getattr(field.widget, "allow_multiple_selected", False)
            for given in formset.data:
                if any(given == each or given.startswith(f"{each}_") for each in controls):
                    values = _texts(formset.data, given)
                    # A select in which nothing is chosen posts nothing; a test says so by "".
                    posted[given] = [each for each in values if each] if several else values
    return posted


def _is_management(formset: BaseFormSet | ClientFormSet, name: str) -> bool:
    return name.removeprefix(f"{formset.prefix}-") in ManagementForm.base_fields


def _texts(data: Any, name: str) -> list[str]:
    return [_text(each) for each in _list(data, name)]


def _text(value: Any) -> str:
    if isinstance(value, dict):  # what a JSONField's test gives; its control holds JSON
        return json.dumps(value)
    return "" if value is None else str(value)


def _list(data: Any, name: str) -> list[Any]:
    value = data.getlist(name) if hasattr(data, "getlist") else data[name]
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _outcome(ask: Callable[[Any], Any], formset: Any) -> Any:
    """Return the answer, or the exception in its place: Django raises for an invalid formset."""
    try:
        return ask(formset)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared or raised again
        return error


def _comparable(value: Any) -> Any:
    match value:
        case Exception():
            return type(value)
        case Model():
            fields = value._meta.concrete_fields
            return type(value), value.pk or [getattr(value, each.attname) for each in fields]
        case QuerySet() | GivenQuerySet():
            return [_comparable(each) for each in value]
        case File():
            return value.name, value.size
        case dict():
            return {name: _comparable(each) for name, each in value.items()}
        case list() | tuple():
            return [_comparable(each) for each in value]
    return value


@contextlib.contextmanager
def _unseen() -> Iterator[None]:
    """Hide from the test that the database is asked meanwhile."""
    logs = [connection.queries_log for connection in connections.all()]
    lengths = [len(log) for log in logs]
    try:
        yield
    finally:
        for log, length in zip(logs, lengths, strict=True):
            while len(log) > length:
                log.pop()
