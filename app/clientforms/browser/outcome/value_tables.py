"""Tables of what was filled in: labels and values as people saw them in the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from django.forms import Form
from django.forms.utils import pretty_name

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.formset_markup import fragment_of
from clientforms.engine.data.to_words import FormWords, Words

__all__ = ["AllWords", "ValueTables", "tables_of"]

AllWords = Mapping[str, Sequence[Words | Sequence[Words]]]
"""The words for the values of forms and the rows of formsets, by their names."""

_SUMMED_UP = 5  # values in a summary


class ValueTables:
    """Shows cleaned data, plain values by name of form, with the labels of these `bindings`."""

    def __init__(self, bindings: Iterable[Binding]) -> None:
        self._words = {binding.name: FormWords(binding.live.blank_form(0)) for binding in bindings}

    def of(self, cleaned: Mapping[str, Any]) -> Any:
        """Return what `tables_of()` returns for the words of these values."""
        return tables_of(self.in_words(cleaned))

    def in_words(self, cleaned: Mapping[str, Any]) -> AllWords:
        """Return the words for these values."""
        return {name: self._in_words(name, value) for name, value in cleaned.items()}

    def summary(self, cleaned: Mapping[str, Any]) -> str:
        """Return the first few values, as one line."""
        shown = [self._in_words(name, value) for name, value in cleaned.items()]
        words = [word for each in shown for word in _flat(each) if word.text]
        texts = [word.text for word in words if not word.needs_label]
        texts = texts or [f"{word.label}: {word.text}" for word in words]
        return " · ".join(texts[:_SUMMED_UP]) or "…"

    def _in_words(self, name: str, value: Any) -> Sequence[Words | Sequence[Words]]:
        words = self._words.get(name) or FormWords(Form())  # the form is gone since
        match value:
            case Mapping():
                return words.of(value)
            case list():
                return words.of_rows(value)
        return ()


def tables_of(shown: AllWords) -> Any:
    """Return a fragment with a table for each form; its name is the caption if there are several."""
    return fragment_of(
        "".join(
            _table(words, pretty_name(name) if len(shown) > 1 else "")
            for name, words in shown.items()
            if words
        )
    )


def _flat(words: Iterable[Words | Sequence[Words]]) -> Iterator[Words]:
    for word in words:
        if isinstance(word, Words):
            yield word
            yield from _flat(word.rows)
        else:
            yield from _flat(word)


def _table(words: Sequence[Words | Sequence[Words]], caption: str = "") -> str:
    rows = [row for row in words if not isinstance(row, Words)]
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    body = _columns(rows) if rows else _lines([word for word in words if isinstance(word, Words)])
    return f'<table class="clientforms-values">{told}{body}</table>'


def _lines(words: Iterable[Words]) -> str:
    """Return a line for each value of one form."""
    lines = (
        f'<tr><th scope="row">{escape(word.label)}</th><td>{_cell(word)}</td></tr>'
        for word in words
    )
    return f"<tbody>{''.join(lines)}</tbody>"


def _columns(rows: Sequence[Sequence[Words]]) -> str:
    """Return a column for each field of a formset, whose cells say their label if there is no room for columns."""
    labels = {word.name: word.label for row in rows for word in row}
    heads = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels.values())
    lines = []
    for row in rows:
        found = {word.name: word for word in row}
        cells = (
            f'<td data-label="{escape(label)}">{_cell(found[name]) if name in found else ""}</td>'
            for name, label in labels.items()
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<thead><tr>{heads}</tr></thead><tbody>{''.join(lines)}</tbody>"


def _cell(word: Words) -> str:
    return (
        _table(word.rows) if word.rows else f"<bdi>{escape(word.text)}</bdi>" if word.text else ""
    )
