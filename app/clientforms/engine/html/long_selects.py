"""Fast rendering of selects, radio buttons and tick boxes with thousands of options.

Django renders a template for each option, which is slow. Here it renders one option, and the
others are copies of that. This is done only if nothing but Django's own code decides what the
options look like; Django renders all other widgets.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.forms import BoundField, Field
from django.forms.renderers import get_default_renderer
from django.forms.widgets import ChoiceWidget, Widget
from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from clientforms.engine.html.widget_html import is_djangos_widget

__all__ = ["copy_field", "copy_widget", "few_options", "flat", "posting_html", "render"]

_MANY = 20
"""From this number of options on, copying one is faster."""
_VALUE, _LABEL, _GROUP, _ID = "clientforms7v", "clientforms7l", "clientforms7g", "clientforms7i"
_NOTHING: list[str] = []
_FIXED = (str, int, float, bool, type(None))
_KNOWN = 50  # lists of choices that are cached at most


class _Option(NamedTuple):
    """An option's value, label and end of the id, escaped for HTML."""

    value: str
    label: str
    number: str


class _Group(NamedTuple):
    """A group's label, and the places of its first and last options."""

    label: str
    first: int
    last: int


@dataclass(slots=True)
class _Options:
    """The options and groups of one list of choices."""

    choices: list[Any]
    texts: list[str] = field(default_factory=list)
    options: list[_Option] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    html: tuple[str, Sequence[str]] = "", ()
    """The pattern of an option, and the options' HTML made with it."""


class _Unclear(Exception):
    """These choices have to be rendered by Django."""


def render(
    self: ChoiceWidget, name: str, value: Any, attrs: Any = None, renderer: Any = None
) -> str:
    """Return what `ChoiceWidget.render()` returns."""
    choices = self.choices
    if isinstance(choices, (list, tuple)) and _is_short(choices):
        return _by_django(self, choices, name, value, attrs, renderer)
    renderer = renderer or get_default_renderer()
    if not _shows_its_choices(self, renderer):
        return _by_django(self, choices, name, value, attrs, renderer)
    given = choices if isinstance(choices, (list, tuple)) else _listed(choices)
    if _is_short(given):
        return _by_django(self, given, name, value, attrs, renderer)
    try:
        return _render(self, given, name, value, attrs, renderer)
    except _Unclear:
        return _by_django(self, given, name, value, attrs, renderer)


def posting_html(bound_field: BoundField) -> str:
    """Return HTML that posts the same as the field's controls, with `few_options()`."""
    field: Any = bound_field.field
    if field.show_hidden_initial or type(bound_field) is not BoundField:
        return str(bound_field)
    few = few_options(field.widget, bound_field.value, bound_field.form.renderer)
    return str(bound_field if few is field.widget else bound_field.as_widget(few))


def few_options(widget: Any, value: Callable[[], Any], renderer: Any) -> Any:
    """Return a widget with few options that posts the same as `widget` when it shows `value()`.

    The chosen options are left, and the first, which a select posts if none is chosen. Returns
    `widget` itself if it has few options, or if Django has to render them.
    """
    if not isinstance(widget, ChoiceWidget):
        return widget
    if not _shows_its_choices(widget, renderer):
        return widget
    choices = _listed(widget.choices)
    if _is_short(choices):
        return widget
    chosen = widget.format_value(value())
    if not isinstance(chosen, list):
        return widget
    kept = [
        (option, label)
        for place, (option, label) in enumerate(flat(choices))
        if not place or str(option) in chosen
    ]
    return _with(widget, kept)


def copy_field(self: Any, memo: Any) -> Any:
    """Return what `ChoiceField.__deepcopy__()` returns."""
    made = Field.__deepcopy__(self, memo)
    choices = self._choices
    is_fixed = type(choices) is list and all(map(_is_fixed, choices))
    made._choices = choices[:] if is_fixed else copy.deepcopy(choices, memo)
    return made


def copy_widget(self: Any, memo: Any) -> Any:
    """Return what `ChoiceWidget.__deepcopy__()` returns, without normalizing the choices again."""
    made = copy.copy(self)
    made.attrs = self.attrs.copy()
    if type(self).choices is ChoiceWidget.choices and type(self._choices) is list:
        made._choices = self._choices[:]
    else:
        made.choices = copy.copy(self.choices)
    memo[id(self)] = made
    return made


def _shows_its_choices(widget: ChoiceWidget, renderer: Any) -> bool:
    """Return whether Django's own code makes the HTML, from `choices` alone.

    The admin's AutocompleteSelect queries the chosen objects itself, because there may be very many.
    """
    kind = type(widget)
    return kind.optgroups is ChoiceWidget.optgroups and is_djangos_widget(widget, renderer)


def _listed(choices: Iterable[Any]) -> list[Any]:
    """Return the choices as a list, without len(): that would cost a query for a model's."""
    return list(iter(choices))


def _is_fixed(choice: Any) -> bool:
    """Return whether a choice is immutable, so that it need not be copied."""
    return (
        type(choice) is tuple
        and len(choice) == 2
        and type(choice[0]) in _FIXED
        and type(choice[1]) in _FIXED
    )


def _is_short(choices: Sequence[Any]) -> bool:
    count = len(choices)
    if count >= _MANY:
        return False
    for _, label in choices:
        if isinstance(label, (list, tuple)):
            count += len(label)
    return count < _MANY


def flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    """Yield the values and labels of all choices, including those in groups."""
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield "" if value is None else value, label


def _with(widget: Any, choices: Sequence[Any]) -> Any:
    """Return a copy of the widget that has these choices."""
    made = copy.copy(widget)
    made._choices = list(choices)
    return made


def _by_django(widget: Any, choices: Any, name: str, value: Any, attrs: Any, renderer: Any) -> str:
    whole = widget if choices is widget.choices else _with(widget, choices)
    return Widget.render(whole, name, value, attrs, renderer)


def _render(
    widget: Any, choices: Sequence[Any], name: str, value: Any, attrs: Any, renderer: Any
) -> str:
    chosen = widget.format_value(value)
    if not isinstance(chosen, list):
        raise _Unclear
    pattern = _Pattern(widget, name, attrs, renderer)
    read = _read(choices)
    made, html = read.html
    if made != pattern.plain:
        html = [pattern.plain.format(*option) for option in read.options]
        read.html = pattern.plain, html
    html = list(html)
    wanted = set(chosen)
    for place in [place for place, text in enumerate(read.texts) if text in wanted]:
        html[place] = pattern.ticked.format(*read.options[place])
        if not widget.allow_multiple_selected:
            break
    before, after, end = pattern.group
    for label, first, last in read.groups:
        html[first] = f"{before}{label}{after}{html[first]}"
        html[last] += end
    return mark_safe("".join((pattern.start, *html, pattern.end)))


class _Pattern:
    """The HTML that Django renders around and for a group, an option, and a chosen option."""

    def __init__(self, widget: Any, name: str, attrs: Any, renderer: Any) -> None:
        own = widget.build_attrs(widget.attrs, attrs)
        marked, own_id = attrs, ""
        if own.get("id"):
            own_id = str(conditional_escape(str(own["id"])))
            marked = {**own, "id": _ID}

        def html(choices: Sequence[Any], chosen: list[str] = _NOTHING) -> str:
            return Widget.render(_with(widget, choices), name, chosen, marked, renderer)

        one = [(_VALUE, _LABEL)]
        empty, plain, ticked = html([]), html(one), html(one, [_VALUE])
        grouped = html([(_GROUP, one)])
        start, end = _around(empty, plain, ticked, grouped)
        cut = slice(len(start), -len(end) or None)
        group = grouped[cut].replace(f"{_ID}_0_0", f"{_ID}_0").split(plain[cut])
        if len(group) != 2 or group[0].count(_GROUP) != 1:
            raise _Unclear
        parts = [*group[0].split(_GROUP), group[1], start, end]
        before, after, last, self.start, self.end = (part.replace(_ID, own_id) for part in parts)
        self.group = before, after, last
        self.plain, self.ticked = _format(plain[cut], own_id), _format(ticked[cut], own_id)


def _around(empty: str, *filled: str) -> tuple[str, str]:
    """Split `empty`, the HTML without options, at the place of the options in all of `filled`."""
    for count in range(len(empty), -1, -1):
        start, end = empty[:count], empty[count:]
        if all(html.startswith(start) and html.endswith(end) for html in filled):
            return start, end
    raise _Unclear


def _format(html: str, own_id: str) -> str:
    """Return the HTML of an option as a format string for the parts of an `_Option`."""
    if html.count(_VALUE) != 1 or html.count(_LABEL) != 1:
        raise _Unclear
    html = html.replace("{", "{{").replace("}", "}}").replace(_VALUE, "{0}").replace(_LABEL, "{1}")
    return html.replace(f"{_ID}_0", own_id.replace("{", "{{").replace("}", "}}") + "_{2}")


_known: dict[tuple[int, ...], _Options] = {}


def _read(choices: Sequence[Any]) -> _Options:
    """Return the options of the choices, from a cache if the choices are immutable."""
    key = (id(choices[0]), id(choices[-1]), len(choices)) if choices else ()
    known = _known.get(key)
    if known and all(map(_is_same, known.choices, choices)):
        return known
    read = _Options(list(choices))
    for index, (value, label) in enumerate(choices):
        if isinstance(label, (list, tuple)):
            # Django handles groups without a name or without options in its own way.
            if not value or not label or not isinstance(value, (str, Promise)):
                raise _Unclear
            first = len(read.options)
            for subindex, (inner, said) in enumerate(label):
                _add(read, inner, said, f"{index}_{subindex}")
            group = _Group(str(conditional_escape(value)), first, len(read.options) - 1)
            read.groups.append(group)
        else:
            _add(read, "" if value is None else value, label, str(index))
    if all(map(_is_fixed, choices)):
        if len(_known) >= _KNOWN:
            _known.clear()
        _known[key] = read
    return read


def _is_same(one: Any, other: Any) -> bool:
    return one is other


def _add(read: _Options, value: Any, label: Any, number: str) -> None:
    # Templates localize numbers and dates, and call what is callable.
    if not isinstance(label, (str, Promise)) or isinstance(value, tuple) or callable(value):
        raise _Unclear
    text = str(value)
    said = value if hasattr(value, "__html__") else text
    read.texts.append(text)
    read.options.append(
        _Option(str(conditional_escape(said)), str(conditional_escape(label)), number)
    )
