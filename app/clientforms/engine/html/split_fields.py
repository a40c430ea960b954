"""Names for the controls of a field that has several, such as “Due: Month”, for those who hear a form.

Django writes the field's label above all of them, and nothing at each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from django.forms import (
    BaseForm,
    CheckboxSelectMultiple,
    MultiValueField,
    MultiWidget,
    RadioSelect,
    Select,
    SelectDateWidget,
    SplitDateTimeWidget,
    Widget,
)
from django.forms.utils import pretty_name
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext

from clientforms.texts import text_of

__all__ = ["WORDS", "name_parts"]

WORDS: dict[str, dict[str, str]] = {
    "Date": {
        "ar": "التاريخ", "cs": "Datum", "de": "Datum", "es": "Fecha", "fa": "تاریخ", "fr": "Date",
        "he": "תאריך", "hi": "तिथि", "it": "Data", "ja": "日付", "ko": "날짜", "nl": "Datum",
        "pl": "Data", "pt": "Data", "pt-br": "Data", "ru": "Дата", "sv": "Datum", "tr": "Tarih",
        "uk": "Дата", "zh": "日期",
    },
    "Day": {
        "ar": "اليوم", "cs": "Den", "de": "Tag", "es": "Día", "fa": "روز", "fr": "Jour", "he": "יום",
        "hi": "दिन", "it": "Giorno", "ja": "日", "ko": "일", "nl": "Dag", "pl": "Dzień", "pt": "Dia",
        "pt-br": "Dia", "ru": "День", "sv": "Dag", "tr": "Gün", "uk": "День", "zh": "日",
    },
    "Month": {
        "ar": "الشهر", "cs": "Měsíc", "de": "Monat", "es": "Mes", "fa": "ماه", "fr": "Mois",
        "he": "חודש", "hi": "माह", "it": "Mese", "ja": "月", "ko": "월", "nl": "Maand", "pl": "Miesiąc",
        "pt": "Mês", "pt-br": "Mês", "ru": "Месяц", "sv": "Månad", "tr": "Ay", "uk": "Місяць", "zh": "月",
    },
    "Year": {
        "ar": "السنة", "cs": "Rok", "de": "Jahr", "es": "Año", "fa": "سال", "fr": "Année", "he": "שנה",
        "hi": "वर्ष", "it": "Anno", "ja": "年", "ko": "년", "nl": "Jaar", "pl": "Rok", "pt": "Ano",
        "pt-br": "Ano", "ru": "Год", "sv": "År", "tr": "Yıl", "uk": "Рік", "zh": "年",
    },
}  # fmt: skip
"""Not in the catalogs, because servers render forms without them. Django's own has “Time”."""

_NAME = "aria-label"
_SAID = (_NAME, "aria-labelledby", "title")
_ENDS = ":?.!"  # after these, Django writes no suffix behind a label
# Each option of these has a label of its own, and all would get the name.
_OF_OPTIONS = (CheckboxSelectMultiple, RadioSelect)

Undo = tuple[MutableMapping[str, Any], str]


def name_parts(form: BaseForm) -> list[Undo]:
    """Give the visible controls of fields with several their names, unless the author did.

    Returns what was added, pairs of a dict and a key.
    """
    added: list[Undo] = []
    for name, field in form.fields.items():
        widget = field.widget
        if not isinstance(widget, (MultiWidget, SelectDateWidget)) or widget.is_hidden:
            continue
        label = field.label if field.label is not None else pretty_name(name)
        suffix = form.label_suffix if field.label_suffix is None else field.label_suffix
        inner = field.fields if isinstance(field, MultiValueField) else ()
        labels = [str(each.label or "") for each in inner]
        said = strip_tags(str(label)) if hasattr(label, "__html__") else str(label)
        added += _name(widget, _Namer(said, str(suffix or "")), labels)
    return added


class _Namer:
    """Makes names of parts from the field's label and what Django writes behind it."""

    def __init__(self, label: str, suffix: str) -> None:
        self._label = label
        self._suffix = suffix

    def __call__(self, part: str) -> str:
        return " ".join(filter(None, [self._front(), part]))

    def of_parts(self, part: str) -> _Namer:
        """Return what names the parts of a part."""
        return _Namer(self(part), self._suffix)

    def _front(self) -> str:
        is_open = self._label and self._label[-1] not in _ENDS
        return self._label + self._suffix if is_open else self._label


def _name(widget: Widget, named: _Namer, labels: Iterable[str] = ()) -> Iterator[Undo]:
    if any(each in widget.attrs for each in _SAID):
        return
    if isinstance(widget, SelectDateWidget):
        own = vars(widget)
        if "select_widget" not in own:
            own["select_widget"] = _NamedSelects(widget, named)
            yield own, "select_widget"
    elif isinstance(widget, MultiWidget):
        for part, word in zip(widget.widgets, _words(widget, list(labels)), strict=True):
            yield from (
                _name(part, named.of_parts(word)) if _is_split(part) else _put(part, named(word))
            )


def _is_split(widget: Widget) -> bool:
    return isinstance(widget, (MultiWidget, SelectDateWidget))


def _put(widget: Widget, name: str) -> Iterator[Undo]:
    is_named = any(each in widget.attrs for each in _SAID)
    if not is_named and not widget.is_hidden and not isinstance(widget, _OF_OPTIONS):
        widget.attrs[_NAME] = name
        yield widget.attrs, _NAME


def _words(widget: MultiWidget, labels: list[str]) -> list[str]:
    """Return what the parts of a widget are called: as the author says, else by their numbers."""
    if isinstance(widget, SplitDateTimeWidget):
        return [text_of(WORDS["Date"], "Date"), gettext("Time")]
    if len({id(part) for part in widget.widgets}) < len(widget.widgets):
        return [""] * len(widget.widgets)  # one widget for all, which can have but one name
    keys = [key.removeprefix("_") for key in widget.widgets_names]
    labels += [""] * (len(keys) - len(labels))
    return [
        label or (str(number) if not key or key.isdigit() else str(capfirst(pretty_name(key))))
        for number, (key, label) in enumerate(zip(keys, labels, strict=False), 1)
    ]


class _NamedSelects:
    """Stands for the class of the three selects of a SelectDateWidget, and gives each its name."""

    def __init__(self, widget: SelectDateWidget, named: _Namer) -> None:
        self._make: Callable[..., Select] = widget.select_widget
        self._names = {
            widget.year_field: named(text_of(WORDS["Year"], "Year")),
            widget.month_field: named(text_of(WORDS["Month"], "Month")),
            widget.day_field: named(text_of(WORDS["Day"], "Day")),
        }

    def __call__(self, *args: Any, **kwargs: Any) -> Select:
        """Return a select, as the widget's own class makes it."""
        select = self._make(*args, **kwargs)
        context_of = select.get_context

        def get_context(name: str, value: Any, attrs: Mapping[str, Any]) -> dict[str, Any]:
            ends = (said for field, said in self._names.items() if name.endswith(field % ""))
            said = next(ends, None)
            attrs = attrs if said is None else {_NAME: said, **attrs}
            return context_of(name, value, attrs)

        vars(select)["get_context"] = get_context
        return select
