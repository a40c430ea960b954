"""The changes that the engine reports to its listeners: frozen records without behaviour.

A row is identified by its key, which never changes; `index` is its place at the moment of the
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
    """A row was added at `index`; `html` is its form as Django renders it."""

    key: str
    index: int
    html: str


@dataclass(frozen=True, slots=True)
class FormRemoved(Change):
    """The row at `index` was removed."""

    key: str
    index: int


@dataclass(frozen=True, slots=True)
class FormRenumbered(Change):
    """A row's place changed, and the prefix of its names and ids with it."""

    key: str
    index: int
    old_prefix: str
    new_prefix: str


@dataclass(frozen=True, slots=True)
class FormReplaced(Change):
    """A row's form looks different at its new place; `html` is the new one, without errors."""

    key: str
    index: int
    html: str


@dataclass(frozen=True, slots=True)
class FormMoved(Change):
    """The user or a script moved a row from one place in the page to another."""

    key: str
    position: int
    old_position: int


@dataclass(frozen=True, slots=True)
class OrderChanged(Change):
    """The order of the rows in the page, which may differ from that of their numbers."""

    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormDeletionChanged(Change):
    """An initial row was marked for deletion, or the mark was removed."""

    key: str
    index: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class ManagementChanged(Change):
    """The management form's controls: full name to value."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LimitsChanged(Change):
    """Whether rows can be added and removed. A reason is empty if the action is allowed."""

    add_refused: str
    remove_refused: Mapping[str, str]
    """Key of a row to the reason why it cannot be removed; removable rows are left out."""


@dataclass(frozen=True, slots=True)
class ValuesChanged(Change):
    """A row's values were set by something other than its controls: full name to posted strings.

    A control of the row that is missing here posts nothing (an unticked checkbox).
    """

    key: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FieldErrorsChanged(Change):
    """The errors to show for one field, with the attributes that Django renders for them.

    `attrs` belong to each of the field's controls, `group_attrs` to the fieldset around them.
    None means that the attribute is absent.
    """

    key: str
    field: str
    messages: tuple[str, ...]
    html: str
    attrs: Mapping[str, str | None] = dataclass_field(default_factory=dict)
    group_attrs: Mapping[str, str | None] = dataclass_field(default_factory=dict)
    error_css_class: str = ""
    """The CSS classes that errors add, separated by spaces."""


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
    """Fields of a row became touched or changed since the last report, or ceased to be.

    `fields` maps each of them to two flags, touched and changed. The user left or changed a touched
    field; a changed field is in Django's `changed_data` and no longer holds its first value.
    `touched` and `changed` say whether any field of the row is.
    """

    key: str
    fields: Mapping[str, tuple[bool, bool]]
    touched: bool
    changed: bool


@dataclass(frozen=True, slots=True)
class FieldChoicesChanged(Change):
    """A field's choices changed; `html` is its widget as Django renders it with them."""

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
    """What the page cannot validate and leaves to the server; an empty text removes the note.

    `field` is None for the row as a whole, `key` for the formset.
    """

    key: str | None
    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class PendingChanged(Change):
    """The fields whose asynchronous rules have not answered yet; `__all__` stands for `clean()`.

    `key` is None for the formset's own `clean()`.
    """

    key: str | None
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerdictChanged(Change):
    """The form or formset was validated as a whole."""

    valid: bool


@dataclass(frozen=True, slots=True)
class CodeFailed(Change):
    """A user's own code raised an exception; `key` is None if it was the formset's code."""

    key: str | None
    message: str
    traceback: str


@dataclass(frozen=True, slots=True)
class CodeRecovered(Change):
    """Code that had failed ran without an exception."""

    key: str | None
