"""Notes as JSON, for a file that people keep, and back."""

import json
from dataclasses import dataclass

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_aware

from .models import Label, Notebook, StickyNote

FORMAT = "sticky-notes-1"
MOST_BYTES = 5_000_000


class CopyError(ValueError):
    """What is wrong with a file, in words for people."""


@dataclass(frozen=True)
class Copy:
    """What a file holds, checked: notebooks by title, and the fields of the notes."""

    notebooks: dict
    notes: list


def notes_as_json():
    """Return all notes that are not deleted, and their notebooks, as JSON."""
    notes = StickyNote.objects.present().select_related("notebook").prefetch_related("labels")
    copy = {
        "format": FORMAT,
        "notebooks": [
            {"title": each.title, "about": each.about} for each in Notebook.objects.all()
        ],
        "notes": [_as_dict(note) for note in notes.order_by("position", "pk")],
    }
    return json.dumps(copy, ensure_ascii=False, indent=1)


def read_copy(content):
    """Return the Copy that these bytes are. Raises CopyError if they are something else."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise CopyError("This is no JSON file.") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise CopyError("This JSON was not exported by Sticky notes.")
    notebooks, notes = data.get("notebooks"), data.get("notes")
    if not isinstance(notebooks, list) or not isinstance(notes, list):
        raise CopyError("This file has no list of notebooks, or none of notes.")
    return Copy(
        dict(_notebook(each, place) for place, each in enumerate(notebooks, 1)),
        [_note(each, place) for place, each in enumerate(notes, 1)],
    )


@transaction.atomic
def add_copy(copy):
    """Store what is not there yet; return how many notes were new, and how many were there."""
    notebooks = {
        title: Notebook.objects.get_or_create(title=title, defaults={"about": about})[0]
        for title, about in copy.notebooks.items()
    }
    present = set(StickyNote.objects.present().values_list("timestamp", "text"))
    new = [each for each in copy.notes if (each["timestamp"], each["text"]) not in present]
    for fields in reversed(new):  # whatever is stored last comes first on the board
        title, names = fields["notebook"], fields["labels"]
        notebook = None
        if title:
            if title not in notebooks:
                notebooks[title] = Notebook.objects.get_or_create(title=title)[0]
            notebook = notebooks[title]
        note = StickyNote.objects.create(**{**_plain(fields), "notebook": notebook})
        note.labels.set([Label.objects.get_or_create(name=name)[0] for name in names])
    return len(new), len(copy.notes) - len(new)


def _as_dict(note):
    return {
        "timestamp": note.timestamp.isoformat(),
        "text": note.text,
        "notebook": note.notebook.title if note.notebook else None,
        "colour": note.colour,
        "labels": [label.name for label in note.labels.all()],
        "due": note.due.isoformat() if note.due else None,
        "is_pinned": note.is_pinned,
        "is_archived": note.is_archived,
    }


def _plain(fields):
    return {name: value for name, value in fields.items() if name not in ("notebook", "labels")}


def _notebook(given, place):
    where = f"Notebook {place}"
    fields = _fields(given, where)
    return _text(fields, "title", where, 60), _text(fields, "about", where, 200, required=False)


def _note(given, place):
    where = f"Note {place}"
    fields = _fields(given, where)
    labels = fields.get("labels") or []
    if not isinstance(labels, list):
        raise CopyError(f"{where}: labels is no list.")
    colour = fields.get("colour", StickyNote.Colour.YELLOW)
    if colour not in StickyNote.Colour.values:
        raise CopyError(f"{where}: there is no colour {colour!r}.")
    timestamp = _time(fields, "timestamp", where, parse_datetime)
    if timestamp is None or not is_aware(timestamp):
        raise CopyError(f"{where}: timestamp has to be a date, a time and a time zone.")
    return {
        "timestamp": timestamp,
        "text": _text(fields, "text", where, 2000),
        "notebook": _text(fields, "notebook", where, 60, required=False),
        "colour": colour,
        "labels": [_text({"label": each}, "label", where, 30) for each in labels],
        "due": _time(fields, "due", where, parse_date),
        "is_pinned": fields.get("is_pinned") is True,
        "is_archived": fields.get("is_archived") is True,
    }


def _fields(given, where):
    if not isinstance(given, dict):
        raise CopyError(f"{where} is no object.")
    return given


def _text(fields, name, where, longest, required=True):
    text = fields.get(name) or ""
    if not isinstance(text, str) or "\0" in text or len(text) > longest:
        raise CopyError(f"{where}: {name} has to be a text of at most {longest} characters.")
    if required and not text.strip():
        raise CopyError(f"{where} has no {name}.")
    return text


def _time(fields, name, where, parse):
    given = fields.get(name)
    if given is None:
        return None
    try:
        parsed = parse(given) if isinstance(given, str) else None
    except ValueError:  # well formed, but there is no such day
        parsed = None
    if parsed is None:
        raise CopyError(f"{where}: {name} is no date.")
    return parsed
