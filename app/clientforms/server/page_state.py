"""The state of a form or formset in a page, rebuilt from the page's questions. Rows have keys that stay if rows move.

A question contains the full state, or the changes since an earlier question. It is untrusted input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import QueryDict

from clientforms.server.refusals import Refusal

__all__ = ["PageState", "state_of"]

PLACEHOLDER = "__prefix__"
"""Replaces a row's prefix in the names of its controls, as in Django's empty form."""
_LONGEST = 200  # characters of a key, a prefix or a name
_PARTS = ("prefix", "about", "initial", "order", "more", "files")

Values = Mapping[str, list[str]]


@dataclass(frozen=True)
class PageState:
    """The data that the page would submit: the controls of each row, in `order`."""

    prefix: str = ""
    about: str = ""
    """The signed token of a `{% clientform %}` tag, which identifies the form's stored object."""
    initial: int = 0
    """The number of initial rows, which come first."""
    order: tuple[str, ...] = ()
    rows: Mapping[str, Values] = field(default_factory=dict)
    more: Values = field(default_factory=dict)
    """The controls of formsets inside rows, by their full names."""
    files: tuple[str, ...] = ()
    """The full names of controls with a chosen file. Questions do not contain the file itself."""

    def post(self, prefix_of: Callable[[int], str | None]) -> QueryDict:
        """Return the state as POST data. `prefix_of` returns a row's prefix by its index, or None for no prefix."""
        data = QueryDict(mutable=True)
        for name, values in self.more.items():
            data.setlist(name, list(values))
        for index, key in enumerate(self.order):
            prefix = prefix_of(index)
            for local, values in self.rows[key].items():
                name = local if prefix is None else local.replace(PLACEHOLDER, prefix, 1)
                data.setlist(name, list(values))
        return data


def state_of(question: Mapping[str, Any], base: PageState | None, max_size: int) -> PageState:
    """Return the page's state. If the question contains only changes, they are applied to the base state `base`.

    Raises Refusal: 400 for an invalid question, and 413 if there is more data than a POST may contain.
    """
    state = base or PageState()
    if base is None and not {"order", "rows"} <= question.keys():
        raise Refusal(400, "The question has no rows.")
    given = {name: _READERS[name](question[name]) for name in _PARTS if name in question}
    rows = dict(state.rows)
    for key, changes in _mapping(question.get("rows", {}), "rows").items():
        rows[_text(key)] = _changed(rows.get(key, {}), _mapping(changes, "rows"))
    state = replace(state, **given)
    if len(set(state.order)) != len(state.order) or not set(state.order) <= rows.keys():
        raise Refusal(400, "The question's order contains a row twice, or an unknown row.")
    if state.initial > len(state.order):
        raise Refusal(400, "The question has more initial rows than rows.")
    state = replace(state, rows={key: rows[key] for key in state.order})
    _check_size(state, max_size)
    return state


def _changed(before: Values, changes: Mapping[str, Any]) -> Values:
    after = dict(before)
    for name, values in changes.items():
        if values is None:
            after.pop(name, None)
        else:
            after[_text(name)] = _texts(values)
    return after


def _check_size(state: PageState, max_size: int) -> None:
    parts = [*state.rows.values(), state.more]
    names = sum(map(len, parts)) + len(state.files)
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if limit is not None and names > limit:
        raise Refusal(413, "The form has more fields than DATA_UPLOAD_MAX_NUMBER_FIELDS allows.")
    texts = (text for part in parts for name, values in part.items() for text in (name, *values))
    if sum(map(len, texts)) > max_size:
        raise Refusal(413, "The form has more data than CLIENTFORMS['LARGEST_QUESTION'] allows.")


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise Refusal(400, "A name in the question is not a string, or is too long.")
    _check_letters(value)
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refusal(400, "A value in the question is not a list of strings.")
    _check_letters(*value)
    return value


def _check_letters(*texts: str) -> None:
    """Refuse unpaired surrogates, which JSON can contain but UTF-8 cannot."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError as error:
        raise Refusal(400, "A string in the question has an unpaired surrogate.") from error


def _mapping(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Refusal(400, f"The question's value of {where} is not an object.")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refusal(400, "The question's number of initial rows is not a valid number.")
    return value


def _order(value: Any) -> tuple[str, ...]:
    return tuple(_text(key) for key in _texts(value))


def _more(value: Any) -> Values:
    return _changed({}, _mapping(value, "more"))


_READERS: Mapping[str, Any] = {
    "prefix": _text, "about": _text, "initial": _number, "order": _order, "more": _more,
    "files": _order,
}  # fmt: skip
