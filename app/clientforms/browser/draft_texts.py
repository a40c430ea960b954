"""What the page says of drafts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from clientforms.engine.draft_fitting import Misfit

__all__ = [
    "AGAIN",
    "DISCARD",
    "DISCARDED",
    "LABEL",
    "OK",
    "RESTORE",
    "SEVERAL",
    "describe_misfits",
    "not_kept",
    "offered",
    "question",
    "restored",
]

LABEL = "Draft"
RESTORE = "Restore"
DISCARD = "Discard"
OK = "OK"
DISCARDED = "The draft is discarded."
SEVERAL = "What you typed was kept several times."
AGAIN = {
    "file": "Choose the file again: a draft does not keep files.",
    "secret": "Type this again: a draft does not keep it.",
}


def question(sent: bool) -> tuple[str, str]:
    """Return what stands before and after the time."""
    if sent:
        return "Sent on ", ". Restore it, in case that it did not arrive?"
    return "Restore what you typed on ", "?"


def offered(when: str) -> str:
    """Say that there is a draft, to those who do not see the box."""
    return f"What you typed on {when} was kept. It is offered at the top of the form."


def restored(when: str, complete: bool) -> str:
    """Say what was done."""
    rest = "." if complete else ", as far as it fits the form now."
    return f"Restored what you typed on {when}{rest}"


def not_kept(full: bool) -> str:
    """Say that typing is not kept, and why."""
    reason = "its storage is full" if full else "its storage may not be used here"
    return f"What you type is not kept as a draft: this browser cannot, {reason}. All else works."


def describe_misfits(misfits: Sequence[Misfit]) -> list[str]:
    """Return a sentence for each thing that did not fit."""
    sentences = []
    for (reason, name, number), group in groupby(
        misfits, key=lambda each: (each.reason, each.name, each.number)
    ):
        several = list(group)
        form = name if number is None else f"form {number}"
        match reason:
            case "limit":
                sentences.append(
                    f"There may be no more forms. Left out is {form}: {_held(several)}."
                )
            case "row":
                sentences.append(
                    f"{form.capitalize()} is no longer there. It held {_held(several)}."
                )
            case "form":
                sentences.append(f"“{name}” is no longer in this page. {form}: {_held(several)}.")
            case "started otherwise":
                sentences.append(
                    f"{form.capitalize()} held other data when you typed into it. Please check it."
                )
            case _:
                sentences += [_of_field(each) for each in several]
    return sentences


def _of_field(misfit: Misfit) -> str:
    place = "" if misfit.number is None else f" (form {misfit.number})"
    values = _quoted(misfit.values)
    if misfit.reason == "field":
        return f"The field “{misfit.label}” is no longer there{place}. You had typed {values}."
    return f"“{misfit.label}”{place} does not take {values} any more."


def _held(misfits: Iterable[Misfit]) -> str:
    return ", ".join(f"{each.label} {_quoted(each.values)}" for each in misfits)


def _quoted(values: Sequence[str]) -> str:
    return ", ".join(f"“{value}”" for value in values if value) or "nothing"
