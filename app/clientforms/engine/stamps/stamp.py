"""Stamps: render rows of one form class as Django does, without the template engine.

Django renders one form of the class. The stamp is its HTML with gaps for the widgets; what they
make of a value is learned by rendering probes. If rows could differ in more than their prefix
and their values, there is no stamp, and Django renders each row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import Any, NamedTuple

from django.forms import BaseForm, BoundField
from django.forms.renderers import BaseRenderer
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import mark_safe

from clientforms.engine.data import from_python as given
from clientforms.engine.html.added_attributes import add_attributes
from clientforms.engine.html.form_html import render_form, without_errors
from clientforms.engine.html.long_selects import posting_html
from clientforms.engine.html.widget_html import GAP, WidgetStamp, is_djangos, stamp_widget
from clientforms.engine.introspection.plain_templates import is_plain_template
from clientforms.engine.post.control_names import to_posted
from clientforms.engine.post.query_dict import query_dict
from clientforms.engine.rows.row import Row

__all__ = ["GAP", "PREFIX", "Cut", "Stamp", "is_alike"]

PREFIX = "clientforms7stamp"
"""Placeholder for a row's prefix; it contains nothing that would be escaped."""

# Attributes of a form class that affect its rows' HTML and first values, unlike rules (clean).
_FORM_SAYS = (
    "__new__", "__init__", "__getattribute__", "__getattr__", "__getitem__", "__iter__", "__str__",
    "__html__", "render", "as_div", "as_p", "as_table", "as_ul", "get_context", "add_prefix",
    "add_initial_prefix", "get_initial_for_field", "hidden_fields", "visible_fields", "errors",
    "non_field_errors", "_bound_items", "_widget_data_value", "_html_output", "template_name_div",
    "template_name_p", "template_name_table", "template_name_ul", "is_bound", "data", "files", "initial",
)  # fmt: skip
_RENDERER_SAYS = ("__getattribute__", "__getattr__", "get_template", "render")
_INCLUDED = ("django/forms/attrs.html",)  # by Django's own templates
_Frame = tuple[list[str], list[WidgetStamp]]
_KNOWN_SHAPES = 500  # cached at most: combinations of values that are choices


class Cut(NamedTuple):
    """A row's HTML in parts: many rows have the same shape."""

    shape: str
    """The HTML, with PREFIX instead of the row's prefix, and a GAP for each text."""
    gaps: list[tuple[str, bool]]
    """The contents of the gaps, in order, and whether each is text to be escaped, or HTML."""

    @property
    def texts(self) -> list[str]:
        """The contents of the gaps."""
        return [text for text, _ in self.gaps]

    @property
    def is_text(self) -> bool:
        """Whether all contents are text that HTML can hold."""
        return all(is_text and GAP not in text for text, is_text in self.gaps)

    def html(self, prefix: str) -> str:
        """Return the HTML of the row with this prefix."""
        first, *pieces = self.shape.replace(PREFIX, prefix).split(GAP)
        html = [first]
        for (text, is_text), piece in zip(self.gaps, pieces, strict=True):
            html += (escape(text) if is_text else text, piece)
        return "".join(html)


def is_alike(form: BaseForm) -> bool:
    """Return whether all forms of this class differ in their prefixes and values only."""
    renderer, cls = form.renderer, type(form)
    if not (
        is_djangos(cls, _FORM_SAYS)
        and (is_djangos(cls, ("template_name",)) or isinstance(cls.template_name, str))
        and isinstance(cls.template_name_label, str)
        and isinstance(renderer, BaseRenderer)
        and is_djangos(type(renderer), _RENDERER_SAYS)
    ):
        return False
    templates = {form.template_name, form.template_name_label, *_INCLUDED}
    for name, field in form.fields.items():
        bound_field = field.get_bound_field(form, name)
        if not (
            type(bound_field) is BoundField
            and is_djangos(type(field.widget), ("id_for_label",))
            and isinstance(field.widget.use_fieldset, bool)
        ):
            return False
        templates.add(bound_field.template_name)
    return all(
        is_plain_template(renderer, template_name, form.fields) for template_name in templates
    )


class Stamp:
    """Makes rows with the fields of `form`, an unbound form that is used for nothing else."""

    def __init__(self, form: BaseForm) -> None:
        form.prefix = PREFIX
        add_attributes(form)
        self._form = without_errors(form)
        self._described = Row(key="")
        self._described.describe(form, PREFIX)
        self._frozen = [name for name, field in form.fields.items() if callable(field.initial)]
        self._fields: dict[str, str | None] = {}  # local name to field
        self._widgets = [
            stamp_widget(self, name, local) for name, local in self._described.html_names
        ]
        self._frames: dict[str, _Frame | None] = {}  # by layout
        self._shapes: dict[tuple[Any, ...], str] = {}
        self._emptied: dict[str, dict[str, list[str]]] | None = None  # by field

    @property
    def form(self) -> BaseForm:
        """The unbound form, with the stamp's own prefix."""
        return self._form

    @property
    def asks(self) -> bool:
        """Whether the initial value of any field is callable."""
        return bool(self._frozen)

    @property
    def prefix(self) -> str:
        """The prefix of `form`."""
        return PREFIX

    def describe(self, row: Row) -> None:
        """Store the fields of the form in `row`."""
        row.fields, row.html_names = self._described.fields, self._described.html_names

    def initial_of(self, row: Row, initial: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the row's initial data, with callables called once."""
        if not self._frozen and not any(map(callable, initial.values())):
            return initial
        self._form.initial = dict(initial)
        row.freeze_initial(self._form)
        frozen: Mapping[str, Any] = self._form.initial
        return frozen

    def fresh(self, initial: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return what an untouched row with this initial data would post, under local names."""
        values: dict[str, list[str]] = {}
        for widget in self._widgets:
            values |= widget.fresh(initial)
        return values

    def emptied(self, initial: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return what a row posts with its visible controls emptied, like `from_python.emptied()`."""
        if any(field.show_hidden_initial for field in self._form.fields.values()):
            return given.emptied(self.unbound(initial), PREFIX)
        if self._emptied is None:
            self._emptied = {name: {} for name in self._form.fields}
            for local, posted in given.emptied(self.unbound({}), PREFIX).items():
                self._emptied[self.field_of(local) or ""][local] = posted
        values: dict[str, list[str]] = {}
        for widget in self._widgets:
            keeps = given.keeps(widget.name, self._form)
            values |= widget.fresh(initial) if keeps else self._emptied[widget.name]
        return values

    def replaced(
        self, initial: Callable[[], Mapping[str, Any]], data: Any
    ) -> dict[str, list[str]] | None:
        """Return what an emptied row posts after it gets `data`, one text for each field.

        Returns None if `data` is anything else. `initial` is called if `data` lacks some controls.
        """
        if not isinstance(data, dict):
            return None
        texts = self._texts
        values = {}
        for name, value in data.items():
            if value.__class__ is not str or not value or name not in texts:
                return None
            values[texts[name]] = [value]
        if len(texts) == len(self._form.fields) and list(values) == list(texts.values()):
            return values
        return self.emptied(initial()) | values

    @cached_property
    def _texts(self) -> dict[str, str]:
        """The local names of controls that post any text unchanged, by field."""
        fields = self._form.fields
        if any(field.show_hidden_initial for field in fields.values()):
            return {}
        return {
            name: local
            for name, local in self._described.html_names
            if given.takes_text(fields[name]) and not given.keeps(name, self._form)
        }

    def unbound(self, initial: Mapping[str, Any]) -> BaseForm:
        """Return the form without data, with the stamp's own prefix."""
        form = self._form
        form.is_bound, form.data, form.initial = False, {}, initial
        form._bound_fields_cache = {}
        return form

    def cut(
        self,
        layout: str,
        prefix: str,
        values: Mapping[str, Sequence[str]],
        initial: Mapping[str, Any],
    ) -> Cut | None:
        """Return the HTML, in parts, of the row with `prefix` and `values` (by local names).

        Returns None if a text contains a placeholder, so that Django has to render the row.
        """  # fmt: skip
        if layout not in self._frames:
            self._frames[layout] = self._frame(layout)
        frame = self._frames[layout]
        if frame is None:
            return None
        choices: list[Any] = [layout]
        gaps = []
        for widget in frame[1]:
            choice, text = widget.read(prefix, values, initial)
            choices.append(choice)
            if text is not None:
                gaps.append((text, widget.holds_text))
        key = tuple(choices)
        shape = self._shapes.get(key) or self._new_shape(frame, key)
        return None if shape is None else Cut(shape, gaps)

    # For the widgets' stamps

    def field_of(self, local: str) -> str | None:
        """Return the field that the control with this local name belongs to, or None."""
        if local not in self._fields:
            self._fields[local] = self._described.field_of(local)
        return self._fields[local]

    def blank(self, name: str, initial: Mapping[str, Any]) -> str:
        """Return HTML that posts the same as a field's controls in an unbound form with `initial`."""
        form = self.unbound(initial)
        return posting_html(form.fields[name].get_bound_field(form, name))

    def held(
        self,
        name: str,
        values: Mapping[str, Sequence[str]],
        initial: Mapping[str, Any],
        prefix: str | None = None,
    ) -> str:
        """Return a field's controls in a form with `values` and a row's `prefix`."""
        form = self._form
        form.prefix = prefix or PREFIX
        try:
            self._hold(values, initial)
            return str(form.fields[name].get_bound_field(form, name))
        finally:
            form.prefix = PREFIX

    # Private

    def _hold(self, values: Mapping[str, Sequence[str]], initial: Mapping[str, Any]) -> None:
        form = self._form
        posted = {to_posted(name, form.prefix): texts for name, texts in values.items()}
        form.is_bound, form.data, form.files = True, query_dict(posted), MultiValueDict()
        form.initial = initial

    def _frame(self, layout: str) -> _Frame | None:
        """Return the HTML around the widgets, and the widgets in the order of the HTML."""
        form = self._form
        self._hold({}, {})
        form._bound_fields_cache = {
            name: _Placed(form, field, name) for name, field in form.fields.items()
        }
        pieces = render_form(form, layout).split(GAP)
        form._bound_fields_cache = {}
        by_name = {widget.name: widget for widget in self._widgets}
        names = pieces[1::2]
        if len(set(names)) < len(names) or not by_name.keys() >= set(names):
            return None  # a label or help text contains a gap
        return pieces[::2], [by_name[name] for name in names]

    def _new_shape(self, frame: _Frame, key: tuple[Any, ...]) -> str | None:
        """Return the row's HTML with gaps for its texts, and the stamp's own prefix."""
        if PREFIX in repr(key):
            return None
        _, *choices = key
        (first, *pieces), widgets = frame
        html, gaps = [first], 0
        for widget, choice, following in zip(widgets, choices, pieces, strict=True):
            html += (widget.look(choice), following)
            gaps += widget.has_gap(choice)
        shape = "".join(html)
        if shape.count(GAP) != gaps:
            return None
        if len(self._shapes) >= _KNOWN_SHAPES:
            self._shapes.clear()
        self._shapes[key] = shape
        return shape


class _Placed(BoundField):
    """Renders its name between two gaps instead of its controls."""

    def __str__(self) -> str:
        return mark_safe(f"{GAP}{self.name}{GAP}")

    __html__ = __str__
