"""What the engine tells its listeners: frozen records, and nothing that acts.

A row is named by its key, which it keeps for life; `index` is its place at the moment of the
change. Error messages are plain text; `html` is what the installed Django renders for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

__all__ = [
    "Change",
    "CodeFailed",
    "CodeRecovered",
    "EditingChanged",
    "FieldChoicesChanged",
    "FieldErrorsChanged",
    "FieldStateChanged",
    "FormAdded",
    "FormDeletionChanged",
    "FormMoved",
    "FormRemoved",
    "FormRenumbered",
    "FormReplaced",
    "LimitsChanged",
    "ManagementChanged",
    "NonFieldErrorsChanged",
    "NonFormErrorsChanged",
    "NoteChanged",
    "OrderChanged",
    "PendingChanged",
    "ValuesChanged",
    "VerdictChanged",
]


@dataclass(frozen=True, slots=True)
class Change:
    """Base of all records."""


@dataclass(frozen=True, slots=True)
class FormAdded(Change):
    """A row came in at `index`; `html` is its form as Django renders it."""

    key: str
    index: int
    html: str


@dataclass(frozen=True, slots=True)
class FormRemoved(Change):
    """The row that stood at `index` is gone."""

    key: str
    index: int


@dataclass(frozen=True, slots=True)
class FormRenumbered(Change):
    """A row has another place; its names and ids go from `old_prefix` to `new_prefix`."""

    key: str
    index: int
    old_prefix: str
    new_prefix: str


@dataclass(frozen=True, slots=True)
class FormReplaced(Change):
    """A row's form is another one at its new place (fields or labels by index); no errors shown."""

    key: str
    index: int
    html: str


@dataclass(frozen=True, slots=True)
class FormMoved(Change):
    """The user's or a script's move took a row from one place in the page to another."""

    key: str
    position: int
    old_position: int


@dataclass(frozen=True, slots=True)
class OrderChanged(Change):
    """The rows stand in the page in this order, which need not be that of their numbers."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormDeletionChanged(Change):
    """An initial row was marked for deletion, or is kept again."""

    key: str
    index: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class ManagementChanged(Change):
    """The management form's controls: full name to value."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LimitsChanged(Change):
    """Which buttons make sense. A reason is empty where the action is allowed."""

    add_refused: str
    remove_refused: Mapping[str, str]
    """Key of a row to the reason why it cannot go; rows that can go are left out."""


@dataclass(frozen=True, slots=True)
class ValuesChanged(Change):
    """A row's controls got values from elsewhere than the page: full name to posted strings.

    A control that is named in the row but not here posts nothing (an unticked checkbox).
    """

    key: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldErrorsChanged(Change):
    """The errors to show for one field, with the attributes that Django renders for them.

    `attrs` belong to each of the field's controls, `group_attrs` to the fieldset around them
    (None: the attribute is not there).
    """

    key: str
    field: str
    messages: tuple[str, ...]
    html: str
    attrs: Mapping[str, str | None] = dataclass_field(default_factory=dict)
    group_attrs: Mapping[str, str | None] = dataclass_field(default_factory=dict)
    error_css_class: str = ""
    """The CSS classes that errors add, parted by spaces."""


@dataclass(frozen=True, slots=True)
class FieldStateChanged(Change):
    """Whether a field is shown, can be changed, and is required, by the form's conditions.

    `required_attribute` says whether Django renders `required` on its controls, and
    `required_css_class` is the class that the form gives to required fields.
    """

    key: str
    field: str
    shown: bool
    enabled: bool
    required: bool
    required_attribute: bool
    required_css_class: str


@dataclass(frozen=True, slots=True)
class EditingChanged(Change):
    """Fields of a row were touched or changed since that was told last, or are so no more.

    `fields`: those of which something else is true now, to two answers. Touched are fields that the user
    left or changed; changed are those of Django's `changed_data` that do not hold what they came with.
    `touched` and `changed` say whether any field of the row is.
    """

    key: str
    fields: Mapping[str, tuple[bool, bool]]
    touched: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class FieldChoicesChanged(Change):
    """A field has other choices; `html` is its widget as Django renders it with them."""

    key: str
    field: str
    html: str


@dataclass(frozen=True, slots=True)
class NonFieldErrorsChanged(Change):
    """The errors to show at the top of one row: `form.clean()` and hidden fields."""

    key: str
    messages: tuple[str, ...]
    html: str


@dataclass(frozen=True, slots=True)
class NonFormErrorsChanged(Change):
    """The errors to show for the formset as a whole."""

    messages: tuple[str, ...]
    html: str


@dataclass(frozen=True, slots=True)
class NoteChanged(Change):
    """What this page cannot validate and leaves to the server; empty text takes the note away.

    `field` is None for the row as a whole, `key` for the formset.
    """

    key: str | None
    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class PendingChanged(Change):
    """The asynchronous rules whose answers are awaited, by field; `__all__` is `clean()`.

    `key` is None for the formset's own `clean()`.
    """

    key: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerdictChanged(Change):
    """A validation was asked for, and the whole is valid, or is not."""

    valid: bool


@dataclass(frozen=True, slots=True)
class CodeFailed(Change):
    """A user's own code raised; `key` is None where it was the formset's code."""

    key: str | None
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class CodeRecovered(Change):
    """Code that failed before ran without an exception."""

    key: str | None
