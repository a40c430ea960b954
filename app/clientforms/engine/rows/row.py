"""The state of one row: its identity, its values, and what the page shows of it.

A plain form is one row, too. The Django form in `Row.form` is cleaned once and never changed;
code that may change it (a formset's `clean()`, a renderer) gets a copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm, Field

from clientforms.engine.post.control_names import field_of, to_local
from clientforms.engine.post.names_read import names_beside
from clientforms.engine.post.posted_text import posted_text, posted_texts
from clientforms.engine.rows.files import as_left
from clientforms.engine.rules.async_checks import CheckState
from clientforms.engine.rules.conditions import conditions_of
from clientforms.errors import UserCodeError

__all__ = ["Content", "Row", "copy_form"]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a row: field names, and their controls' values and files."""

    edited: set[str]
    touched: set[str]
    values: dict[str, list[str]]
    files: dict[str, list[Any]]


@dataclass(eq=False, slots=True)
class Row:
    """The state of one row, independent of its place.

    `values` and `files` map local control names to lists of posted strings or files.
    """

    key: str
    _values: dict[str, list[str]] = field(default_factory=dict)
    start: dict[str, list[str]] = field(default_factory=dict)
    """The values that the row came with, before anything was typed."""
    files: dict[str, list[Any]] = field(default_factory=dict)
    initial: dict[str, Any] = field(default_factory=dict)
    """Values of callable initials, called once: a second call could make a blank row "changed"."""
    edited: set[str] = field(default_factory=set)
    touched: set[str] = field(default_factory=set)
    """Fields whose errors are shown."""
    left: set[str] = field(default_factory=set)
    """Fields that the user focused and left."""
    show_all: bool = False
    added_errors: list[tuple[str | None, str]] = field(default_factory=list)
    control_errors: dict[str, Any] = field(default_factory=dict)
    """The ControlErrors that the page reports, by local control name."""
    checks: CheckState = field(default_factory=CheckState)
    nested: dict[str, Any] = field(default_factory=dict)
    """Live formsets inside the row's form, by the form's attribute."""
    form: BaseForm | None = None
    """The cleaned form, None while the row waits to be cleaned."""
    spare: BaseForm | None = None
    """The form that was cleaned before, which may be reused."""
    failure: UserCodeError | None = None
    filled: bool = False
    """Whether the row was last found not to be blank; not maintained for initial rows."""
    fields: dict[str, Field] = field(default_factory=dict)
    html_names: list[tuple[str, str]] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)
    """Fields of a plain form's controls that are not named after them, such as a captcha's."""
    shown: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    """Notes about what is left to the server, by field name or `__all__`."""
    shown_notes: dict[str, str] = field(default_factory=dict)
    shown_failure: str = ""
    withheld: frozenset[str] = frozenset()
    """Fields that are not posted because of the form's conditions; their values are kept."""
    steering: frozenset[str] = frozenset()
    """Fields that the form's conditions read."""
    shown_states: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    shown_choices: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Choices of fields that depend on others, and their `lost` values, as last reported."""
    lost: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """Values of such fields that are not among their choices, with labels."""
    deleted: bool = False
    shown_deleted: bool = False
    shown_editing: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    """The fields last reported as touched, and as changed."""
    state: Any = None
    """The last `RowState` that was recorded for undo."""

    @property
    def values(self) -> dict[str, list[str]]:
        """The values of the controls, as a POST carries them."""
        return self._values

    @values.setter
    def values(self, values: dict[str, list[str]]) -> None:
        self._values = posted_texts(values)

    def describe(self, form: BaseForm, prefix: str | None) -> None:
        """Store the fields of `form`, this row's form at `prefix`."""
        known = self.html_names and self.fields.keys() == form.fields.keys()
        self.fields = form.fields
        conditions = conditions_of(form)
        if conditions is not None:
            self.withheld, self.steering = conditions.withheld, conditions.reads
        if known:
            return
        names = ((name, to_local(form.add_prefix(name), prefix)) for name in form.fields)
        self.html_names = [(name, local) for name, local in names if local is not None]
        if prefix is None:  # in a formset, such a control belongs to no single row
            self.beside = names_beside(form)
            self.html_names += [(name, read) for read, name in self.beside.items()]

    def begin(self, values: dict[str, list[str]]) -> None:
        """Start with `values`."""
        self.values = values
        self.start = self.values
        self.control_errors.clear()

    def begin_with_markup(self, values: dict[str, list[str]]) -> None:
        """Start with `values` of existing controls, all of which are visible and enabled."""
        self.begin(values)
        self.withheld = frozenset()

    def correct_start(self, before: Mapping[str, list[str]]) -> None:
        """Update `start` to the present values wherever it was equal to the values `before`."""
        start = dict(self.start)
        for local in before.keys() | self.values.keys():
            if before.get(local) == start.get(local) != self.values.get(local):
                start.pop(local, None)
                if local in self.values:
                    start[local] = self.values[local]
        self.start = start

    def freeze_initial(self, form: BaseForm) -> None:
        """Replace callable initials of `form` by the row's own values."""
        frozen = {}
        for name, form_field in form.fields.items():
            if callable(form.initial.get(name, form_field.initial)):
                if name not in self.initial:
                    self.initial[name] = form.get_initial_for_field(form_field, name)
                frozen[name] = self.initial[name]
        if frozen:
            form.initial = {**form.initial, **frozen}

    def field_of(self, local: str) -> str | None:
        """Return the field that the control with this local name belongs to, or None."""
        return field_of(local.removeprefix("initial-"), self.html_names)

    def posted(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the local names and strings that the row posts, without withheld fields."""
        for local, values in self.values.items():
            if not self.withheld or self.field_of(local) not in self.withheld:
                yield local, values

    def take(self, values: Mapping[str, list[str] | None]) -> None:
        """Set single values; None removes one. The old dict is not changed."""
        merged = dict(self.values)
        for local, posted in values.items():
            if posted is None:
                merged.pop(local, None)
            else:
                merged[local] = list(map(posted_text, posted))
        self._values = merged  # the other values are normalized already

    def take_files(self, local: str, files: list[Any]) -> None:
        """Set the files of one control. The old dict is not changed."""
        others = {name: chosen for name, chosen in self.files.items() if name != local}
        self.files = others | ({local: files} if files else {})

    def start_over_in_the_page(self) -> None:
        """Forget what the page shows of this row, whose controls were replaced."""
        self.control_errors.clear()
        self.shown = {}
        self.shown_failure = ""
        self.shown_deleted = False
        self.checks.shown = ()
        self.shown_states = {}
        self.shown_choices = {}
        self.shown_notes = {}
        self.shown_editing = frozenset(), frozenset()

    def replace(self, fields: Iterable[str], values: dict[str, list[str]]) -> None:
        """Set the `values` of `fields`, keeping the order of names; hidden initial values stay."""
        gone = set(fields)
        self.control_errors = {
            local: error
            for local, error in self.control_errors.items()
            if self.field_of(local) not in gone
        }
        self.values = {
            local: values.get(local, posted)
            for local, posted in self.values.items()
            if local in values or local.startswith("initial-") or self.field_of(local) not in gone
        } | {local: posted for local, posted in values.items() if local not in self.values}
        self.files = {
            name: chosen for name, chosen in self.files.items() if self.field_of(name) not in gone
        }

    def typed(self) -> Typed:
        """Return what was typed or chosen in the row."""
        edited = set(self.edited)
        values = {
            local: posted for local, posted in self.values.items() if self.field_of(local) in edited
        }
        files = {
            local: chosen for local, chosen in self.files.items() if self.field_of(local) in edited
        }
        return Typed(edited, set(self.touched), values, files)

    def type_again(self, typed: Typed) -> None:
        """Put in what was typed into this row before, or into another one like it."""
        fields = {name for name in typed.edited if name in self.fields}
        self.replace(
            fields,
            {
                local: posted
                for local, posted in typed.values.items()
                if self.field_of(local) in fields
            },
        )
        self.files |= {
            local: chosen for local, chosen in typed.files.items() if self.field_of(local) in fields
        }
        self.edited |= fields
        self.touched |= typed.touched & fields

    def drop_added_errors(self, fields: Iterable[str]) -> None:
        """Forget errors that were added to the changed `fields` and to the whole row."""
        gone = {None, *fields}
        self.added_errors = [error for error in self.added_errors if error[0] not in gone]

    def update(self, fields: set[str], values: dict[str, list[str]]) -> None:
        """Set `values` of `fields` from a script, and mark the fields as touched."""
        self.replace(fields, values)
        self.drop_added_errors(fields)
        self.touched |= fields

    def changed(self) -> None:
        """Mark the cleaned form as out of date."""
        if self.form is not None and not (self.files or self.nested):
            self.spare = self.form
        self.form = None
        self.filled = False
        self.failure = None

    def forget_what_was_shown(self) -> None:
        """Forget what the user edited and touched, and all added errors."""
        self.forget_typing()
        self.touched.clear()
        self.show_all = False
        self.added_errors.clear()
        self.control_errors.clear()

    def forget_typing(self) -> None:
        """Mark the row's values as not typed."""
        self.edited.clear()
        self.left.clear()

    def has_chosen(self, name: str) -> bool:
        """Return whether the user or a script set the field `name`."""
        return name in self.edited or name in self.touched

    def shows(self, name: str) -> bool:
        """Return whether the errors of the field `name` are shown."""
        return self.show_all or name in self.touched


@dataclass(frozen=True, slots=True)
class Content:
    """New content for a row: its values, and the fields that were typed into."""

    row: Row
    values: dict[str, list[str]]
    fields: frozenset[str]

    def put_into_row(self) -> None:
        """Put the content into the row. The fields become edited and touched."""
        self.row.values = self.values
        self.row.control_errors.clear()
        self.row.edited |= self.fields
        self.row.touched |= self.fields
        self.row.drop_added_errors(self.fields)


def copy_form(form: BaseForm, only: Iterable[str] | None = None, *, files: bool = True) -> BaseForm:
    """Return a copy of a cleaned `form` whose errors and cleaned data may be changed.

    With `only`, the copy has the errors of those fields only. Fields are shared, bound fields are
    not, because they refer to their form. `files` says whether the form may have files.
    """
    copy: BaseForm = object.__new__(type(form))
    copy.__dict__.update(form.__dict__)
    copy._bound_fields_cache = {}
    if (cleaned := form.__dict__.get("cleaned_data")) is not None:
        copy.cleaned_data = (
            {name: as_left(value) for name, value in cleaned.items()} if files else dict(cleaned)
        )
    errors = form._errors
    kept = errors if only is None else [name for name in errors if name in set(only)]
    copy._errors = type(errors)(
        {name: _copy_errors(errors[name]) for name in kept}, renderer=form.renderer
    )
    return copy


def _copy_errors(errors: Any) -> Any:
    # ErrorList.copy() loses field_id in Django 5.2, and with it the list's id in the page.
    copy = errors.copy()
    copy.field_id = getattr(errors, "field_id", None)
    return copy
