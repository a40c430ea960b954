"""The HTML around Django's own, as text: rows, their buttons, and the formset's. Knows no DOM.

The page inserts it, and a page that is rendered beforehand has it from the start.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import django

from clientforms.texts import text

__all__ = [
    "CHOICES",
    "FIELDS_TAGS",
    "MOMENT",
    "PRERENDERED",
    "SERIES",
    "WITHHELD",
    "button_name",
    "button_pattern",
    "container_html",
    "has_buttons",
    "row_actions",
    "row_html",
    "row_shell",
    "rows_html",
    "set_actions",
]

FIELDS_TAGS = {"div": "div", "p": "div", "ul": "ul", "table": "table"}
"""What is around the fields of a plain form, by layout."""

_ROW_TAGS = {"div": "div", "p": "div", "ul": "ul", "table": "tbody"}
_ROWS_TAGS = {"div": "div", "p": "div", "ul": "div", "table": "table"}
_ANY = 9_007_199_254_740_991
"""Stands for the number of a row: a text that no words of ours have."""

_BARRED = 'aria-disabled="true"'
_DRAG = 'data-formset-handle aria-keyshortcuts="ArrowUp ArrowDown" hidden'


SERIES = ".".join(map(str, django.VERSION[:2]))
"""The series of Django here, such as 5.2."""

PRERENDERED = "data-prerendered"
"""Marks what holds the rows, or the fields of a plain form, where they were never shown an error.

Its value is the series of Django that rendered them: where that is not the page's, they are taken over
like a server's. A plain form's container too: it says before the fields that they come, and need no place held.
"""

CHOICES = "data-clientforms-choices"
"""Holds the choices among stored objects that a formset's rows do not show, as `take_options()` takes them."""

WITHHELD = "data-clientforms-withheld"
"""Marks what holds a field, or its label, that is not shown before Python says which are."""

MOMENT = "data-clientforms-moment"
"""Marks a control that has no value before Python says what it is now."""


def container_html(
    management: dict[str, str],
    rows: str,
    layout: str,
    *,
    ordered: bool,
    add_refused: str = "",
    prerendered: bool = False,
) -> str:
    """Return the inside of a formset's container: management form, rows, and the add button.

    `ordered` is said before the rows, whose buttons come last: a style sheet makes room for those
    while the page still arrives. `add_refused` says why there cannot be another form.
    """
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}"'
        f' id="id_{escape(name)}">'
        for name, value in management.items()
    )
    tag = _ROWS_TAGS[layout]
    mark = " data-formset-ordered" if ordered else ""
    mark += f' {PRERENDERED}="{SERIES}"' if prerendered else ""
    return f"{hidden}<{tag} data-formset-rows{mark}>{rows}</{tag}>{set_actions(add_refused)}"


def row_html(
    key: str,
    form_html: str,
    layout: str,
    *,
    ordered: bool,
    number: int | None = None,
    remove_refused: str = "",
    barred: tuple[bool, bool] = (False, False),
) -> str:
    """Return one row: Django's HTML of the form and, where it has none, the row's buttons.

    `ordered` ones too. With its `number` the buttons say which form is theirs; `remove_refused` is why it stays,
    and `barred` says whether it cannot go up, and down.
    """
    tag = _ROW_TAGS[layout]
    actions = ""
    if not has_buttons(form_html):
        actions = row_actions(
            layout, ordered, number=number, remove_refused=remove_refused, barred=barred
        )
    return f'<{tag} data-formset-row data-key="{escape(key)}">{form_html}{actions}</{tag}>'


def rows_html(
    rows: Iterable[tuple[str, str]], layout: str, *, ordered: bool, first: int = 1
) -> str:
    """Return many rows, a key and a form's HTML each, as `row_html()` does with numbers from `first`."""
    tag = _ROW_TAGS[layout]
    pieces = row_actions(layout, ordered, number=_ANY).split(str(_ANY))
    return "".join(
        f'<{tag} data-formset-row data-key="{escape(key)}">'
        f"{form_html}{'' if has_buttons(form_html) else str(number).join(pieces)}</{tag}>"
        for number, (key, form_html) in enumerate(rows, first)
    )


def row_shell(form_html: str, layout: str, *, ordered: bool, key: str, number: str) -> str:
    """Return one row as `rows_html()` does, with these marks instead of its key and its number."""
    html = rows_html([(key, form_html)], layout, ordered=ordered, first=_ANY)
    return html.replace(str(_ANY), number)


def has_buttons(form_html: str) -> bool:
    """Return whether a form's own template brings the row's buttons.

    Those of a formset inside are that one's.
    """
    return "data-formset-action=" in form_html and "data-formset-nested" not in form_html


def row_actions(
    layout: str,
    ordered: bool,
    *,
    number: int | None = None,
    remove_refused: str = "",
    barred: tuple[bool, bool] = (False, False),
) -> str:
    """Return the buttons of a row, see `row_html()`."""
    moves = ""
    if ordered:
        moves = f"{_button('drag', '⠿', _DRAG, title=text('Move'), number=number)} "
        up, down = (_BARRED if is_barred else "" for is_barred in barred)
        moves += f"{_button('move-up', '↑', up, title=text('Move up'), number=number)} "
        moves += f"{_button('move-down', '↓', down, title=text('Move down'), number=number)} "
    hidden = "hidden" if remove_refused else ""
    remove = _button("remove", text("Remove"), hidden, number=number)
    restore = _button("restore", text("Restore"), "hidden", number=number)
    kept = _note("data-formset-kept", remove_refused)
    buttons = f"{moves}{remove} {restore}{kept}"
    match layout:
        case "table":
            return f'<tr data-formset-row-actions><td colspan="2">{buttons}</td></tr>'
        case "ul":
            return f"<li data-formset-row-actions>{buttons}</li>"
    return f"<p data-formset-row-actions>{buttons}</p>"


def set_actions(add_refused: str = "") -> str:
    """Return the buttons of the formset, see `container_html()`."""
    add = _button("add", text("Add another"), "hidden" if add_refused else "")
    return f"<p data-formset-actions>{add}{_note('data-formset-limit', add_refused)}</p>"


def button_name(label: str, number: int) -> str:
    """Return what a row's button is called for those who hear it out of context."""
    return text("%(action)s form %(number)d", action=label, number=number)


def button_pattern() -> str:
    """Return `button_name()` with `%(action)s` and `%(number)d` still in it."""
    return text("%(action)s form %(number)d")


def _button(
    action: str, label: str, attributes: str = "", *, title: str = "", number: int | None = None
) -> str:
    given = [f'data-formset-action="{action}"', attributes]
    given.append(f'title="{escape(title)}"' if title else "")
    if number is not None:
        given.append(f'aria-label="{escape(button_name(title or label, number))}"')
    return f'<button type="button" {" ".join(filter(None, given))}>{escape(label)}</button>'


def _note(attribute: str, said: str) -> str:
    return f"<span {attribute}{'' if said else ' hidden'}>{escape(said)}</span>"
