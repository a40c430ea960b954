"""Texts about drafts, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from clientforms.engine.drafts.draft_fitting import Misfit
from clientforms.engine.html.row_names import row_name
from clientforms.texts import EnglishText, text

__all__ = [
    "describe_misfits",
    "give_again",
    "held",
    "not_kept",
    "offered",
    "question",
    "restored",
]


def question(sent: bool) -> tuple[str, str]:
    """Return the question's text before and after the time."""
    when = "\0"
    if sent:
        asked = text("Sent on %(when)s. Restore it, in case it did not arrive?", when=when)
    else:
        asked = text("Restore what you typed on %(when)s?", when=when)
    before, _, after = asked.partition(when)
    return (EnglishText(before), after) if isinstance(asked, EnglishText) else (before, after)


def offered(when: str) -> str:
    """Return the announcement of a draft for users of screen readers."""
    return text(
        "What you typed on %(when)s was saved. You can restore it at the top of the form.",
        when=when,
    )


def restored(when: str, complete: bool) -> str:
    """Return the message after restoring a draft."""
    if complete:
        return text("Restored what you typed on %(when)s.", when=when)
    return text("Restored what you typed on %(when)s, as far as it fits the form now.", when=when)


def give_again(is_file: bool) -> str:
    """Return the note at a field whose value drafts leave out."""
    if is_file:
        return text("Choose the file again: a draft does not keep files.")
    return text("Type this again: a draft does not keep it.")


def not_kept(full: bool) -> str:
    """Return the message that drafts cannot be saved, and why."""
    if full:
        return text("What you type is not saved as a draft: the browser’s storage is full.")
    return text(
        "What you type is not saved as a draft: this page may not use the browser’s storage."
    )


def describe_misfits(misfits: Sequence[Misfit]) -> list[str]:
    """Return a sentence for each thing that did not fit."""
    sentences = []
    for (reason, name, _), group in groupby(
        misfits, key=lambda misfit: (misfit.reason, misfit.name, misfit.number)
    ):
        several = list(group)
        row = _row_of(several[0])
        match reason:
            case "limit":
                sentences.append(
                    text(
                        "There is no room for %(row)s. It held: %(values)s",
                        row=row,
                        values=held(several),
                    )
                )
            case "row":
                sentences.append(
                    text(
                        "%(row)s is no longer there. It held: %(values)s",
                        row=row,
                        values=held(several),
                    )
                )
            case "form":
                sentences.append(
                    text(
                        "“%(name)s” is no longer in this page. It held: %(values)s",
                        name=name,
                        values=held(several),
                    )
                )
            case "started otherwise":
                sentences.append(
                    text(
                        "%(row)s held other data when you typed into it. Please check it.",
                        row=row,
                    )
                )
            case _:
                sentences += [_of_field(misfit) for misfit in several]
    return sentences


def held(misfits: Iterable[Misfit]) -> str:
    """Return labels and values as text."""
    return ", ".join(f"{misfit.label} {_quoted(misfit.values)}" for misfit in misfits)


def _row_of(misfit: Misfit) -> str:
    return row_name(misfit.noun or text("Item"), misfit.number or 1)


def _of_field(misfit: Misfit) -> str:
    label = misfit.label
    if misfit.number is not None:
        label = text("%(label)s, %(row)s", label=label, row=_row_of(misfit))
    values = _quoted(misfit.values)
    if misfit.reason == "field":
        return text(
            "The field “%(label)s” is no longer there. You had typed: %(values)s",
            label=label,
            values=values,
        )
    return text(
        "The field “%(label)s” no longer takes this: %(values)s", label=label, values=values
    )


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"“{value}”" for value in values if value) or "–"
