"""The HTML around Django's own: rows, their buttons, and the formset's buttons.

It is text: the page inserts it, or the build writes it into a prerendered page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from types import MappingProxyType

import django

from clientforms.engine.html.row_names import button_name, row_name
from clientforms.texts import marks, text

__all__ = [
    "CHOICES",
    "FIELDS_TAGS",
    "MOMENT",
    "PRERENDERED",
    "SERIES",
    "WITHHELD",
    "container_html",
    "has_buttons",
    "row_actions",
    "row_html",
    "row_shell",
    "rows_html",
    "set_actions",
]

FIELDS_TAGS = {"div": "div", "p": "div", "ul": "ul", "table": "table"}
"""The tag around the fields of a plain form, by layout."""

_ROW_TAGS = {"div": "div", "p": "div", "ul": "ul", "table": "tbody"}
_ROWS_TAGS = {"div": "div", "p": "div", "ul": "div", "table": 'table role="presentation"'}
# Items are announced as those of a list only while their parent has no other role. Browsers know a
# `<tbody>` as a group only in a table that is there for its looks, as Django's `as_table()` is.
_ROW_ROLES = {"div": ' role="group"', "p": ' role="group"', "ul": "", "table": ' role="group"'}
_ANY = 9_007_199_254_740_991
"""Placeholder for the number of a row, which does not occur in our texts."""

_BARRED = 'aria-disabled="true"'
_DRAG = 'data-formset-handle aria-keyshortcuts="ArrowUp ArrowDown" hidden'


SERIES = ".".join(map(str, django.VERSION[:2]))
"""The feature release of the Django that runs, such as 5.2."""

PRERENDERED = "data-prerendered"
"""Marks the element around rows, or a plain form's fields, that were rendered without errors.

Its value is the series of Django that rendered them: if the page has another, they are adopted
like a server's. On a plain form's container it says in advance that no room has to be reserved.
"""

CHOICES = "data-clientforms-choices"
"""Holds choices of stored objects that the formset's rows do not show, for `take_options()`."""

WITHHELD = "data-clientforms-withheld"
"""Marks the element of a field, or its label, that stays hidden until Python decides."""

MOMENT = "data-clientforms-moment"
"""Marks a control that is empty until Python knows the present moment."""


def container_html(
    management: dict[str, str],
    rows: str,
    layout: str,
    *,
    ordered: bool,
    add_refused: str = "",
    prerendered: bool = False,
) -> str:
    """Return the content of a formset's container: management form, rows, and the add button.

    `ordered` is marked before the rows, so that a style sheet reserves room for their buttons while
    the page is loading. `add_refused` is the reason why no form can be added.
    """
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"'
        f' id="id_{escape(name)}">'
        for name, value in management.items()
    )
    tag = _ROWS_TAGS[layout]
    end = tag.partition(" ")[0]
    mark = " data-formset-ordered" if ordered else ""
    mark += f' {PRERENDERED}="{SERIES}"' if prerendered else ""
    return f"{hidden}<{tag} data-formset-rows{mark}>{rows}</{end}>{set_actions(add_refused)}"


def row_html(
    key: str,
    form_html: str,
    layout: str,
    *,
    ordered: bool,
    name: str = "",
    remove_refused: str = "",
    barred: tuple[bool, bool] = (False, False),
) -> str:
    """Return one row: Django's HTML of the form, and the row's buttons if the form has none.

    `ordered` adds those that move the row. The row and its buttons are called by `name`.
    `remove_refused` is the reason why it cannot be removed; `barred` says whether it cannot move up
    and down.
    """
    tag = _ROW_TAGS[layout]
    actions = ""
    if not has_buttons(form_html):
        actions = row_actions(
            layout, ordered, name=name, remove_refused=remove_refused, barred=barred
        )
    named = f'{_ROW_ROLES[layout]} aria-label="{escape(name)}"' if name else ""
    return f'<{tag} data-formset-row data-key="{escape(key)}"{named}>{form_html}{actions}</{tag}>'


def rows_html(
    rows: Iterable[tuple[str, str]], layout: str, *, ordered: bool, label: str, first: int = 1
) -> str:
    """Return many rows, pairs of key and HTML, like `row_html()`.

    They are called by the noun `label`, and numbered from `first`.
    """
    tag = _ROW_TAGS[layout]
    pieces = row_actions(layout, ordered, name=row_name(label, _ANY)).split(str(_ANY))
    named = f'{_ROW_ROLES[layout]} aria-label="{escape(label)} '
    return "".join(
        f'<{tag} data-formset-row data-key="{escape(key)}"{named}{number}">'
        f"{form_html}{'' if has_buttons(form_html) else str(number).join(pieces)}</{tag}>"
        for number, (key, form_html) in enumerate(rows, first)
    )


def row_shell(
    form_html: str, layout: str, *, ordered: bool, label: str, key: str, number: str
) -> str:
    """Return one row like `rows_html()`, with these placeholders for its key and its number."""
    html = rows_html([(key, form_html)], layout, ordered=ordered, label=label, first=_ANY)
    return html.replace(str(_ANY), number)


def has_buttons(form_html: str) -> bool:
    """Return whether the form's own template contains the row's buttons.

    Buttons of a nested formset do not count.
    """
    return "data-formset-action=" in form_html and "data-formset-nested" not in form_html


def row_actions(
    layout: str,
    ordered: bool,
    *,
    name: str = "",
    remove_refused: str = "",
    barred: tuple[bool, bool] = (False, False),
) -> str:
    """Return the buttons of a row; see `row_html()`."""
    moves = ""
    if ordered:
        moves = f"{_button('drag', '⠿', _DRAG, title=text('Move'), row=name)} "
        up, down = (_BARRED if is_barred else "" for is_barred in barred)
        moves += f"{_button('move-up', '↑', up, title=text('Move up'), row=name)} "
        moves += f"{_button('move-down', '↓', down, title=text('Move down'), row=name)} "
    hidden = "hidden" if remove_refused else ""
    remove = _button("remove", text("Remove"), hidden, row=name)
    restore = _button("restore", text("Restore"), "hidden", row=name)
    reason = text("This was here before, and has to stay.")  # which may be put there later
    kept = _note("data-formset-kept", remove_refused, marks(reason))
    buttons = f"{moves}{remove} {restore}{kept}"
    match layout:
        case "table":
            return f'<tr data-formset-row-actions><td colspan="2">{buttons}</td></tr>'
        case "ul":
            return f"<li data-formset-row-actions>{buttons}</li>"
    return f"<p data-formset-row-actions>{buttons}</p>"


def set_actions(add_refused: str = "") -> str:
    """Return the buttons of the formset; see `container_html()`."""
    add = _button("add", text("Add another"), "hidden" if add_refused else "")
    return f"<p data-formset-actions>{add}{_note('data-formset-limit', add_refused)}</p>"


def _button(
    action: str, label: str, attributes: str = "", *, title: str = "", row: str = ""
) -> str:
    given = [f'data-formset-action="{action}"', attributes, _written(marks(title or label))]
    given.append(f'title="{escape(title)}"' if title else "")
    if row:
        given.append(f'aria-label="{escape(button_name(title or label, row))}"')
    return f'<button type="button" {" ".join(filter(None, given))}>{escape(label)}</button>'


def _note(attribute: str, said: str, marked: Mapping[str, str] = MappingProxyType({})) -> str:
    given = filter(None, [attribute, "" if said else "hidden", _written(marked)])
    return f"<span {' '.join(given)}>{escape(said)}</span>"


def _written(attributes: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in attributes.items())
