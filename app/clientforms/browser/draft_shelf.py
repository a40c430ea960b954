"""Where drafts of one form of one page lie in the browser's storage, and which are too old.

Each page that is open writes a draft of its own, so two tabs never write the same. Which drafts
are offered, and what is in one, is decided elsewhere.
"""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from clientforms.browser.runtime import console, window
from clientforms.browser.storage import Storage, StorageError, parse

__all__ = ["DraftShelf", "KeptDraft"]

_PREFIX = "clientforms:draft:"
_OWN = "clientforms:own-drafts"
_VERSION = 1
_DAY = 86_400_000
_SENT_DAYS = 1  # a draft that was sent is of use until somebody saw that it did not arrive
_LAST_MOMENT = 8_640_000_000_000_000  # of JavaScript's Date
_OWN_COUNT = 50  # more than a tab has forms that are not answered


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as it is kept. `saved` and `sent` are milliseconds since 1970, `sent` 0 if never."""

    id: str
    saved: float
    forms: dict[str, Any]
    sent: float = 0


class DraftShelf:
    """Keeps and finds the drafts called `name` of the page at this address's path."""

    def __init__(self, name: str, days: int) -> None:
        self.prefix = f"{_PREFIX}{window.location.pathname}:{quote(name, safe='')}:"
        self._days = days
        self._storage = Storage()
        self._session = Storage("sessionStorage")

    @property
    def storage(self) -> Storage:
        """What the drafts are kept in."""
        return self._storage

    def new_id(self) -> str:
        """Return an id that no draft has, and take note that it is this tab's."""
        made = uuid.uuid4().hex
        own = [*self.own_ids(), made][-_OWN_COUNT:]
        try:
            self._session.write(_OWN, json.dumps(own))
        except StorageError:
            return made  # only that it was this tab's will be forgotten
        return made

    def own_ids(self) -> list[str]:
        """Return the ids that this tab gave, the reloads before this one included.

        A copied tab has them too.
        """
        try:
            own = parse(self._session.read(_OWN).get(_OWN, "[]"))
        except ValueError:
            return []
        return [each for each in own if isinstance(each, str)] if isinstance(own, list) else []

    def key(self, draft_id: str) -> str:
        """Return the key that the draft is kept under."""
        return f"{self.prefix}{draft_id}"

    def id_of(self, key: str) -> str | None:
        """Return the id of the draft kept under `key`, None where it is none of this form's."""
        return key[len(self.prefix) :] if key.startswith(self.prefix) else None

    def find(self) -> list[KeptDraft]:
        """Return the drafts there are, newest first. Those that are too old are dropped."""
        found = []
        now = time.time() * 1000
        for key, text in self._storage.read(self.prefix).items():
            kept = _read(self.id_of(key) or "", text)
            if kept is None:
                console.warn(f"clientforms: {key} is no draft that can be read; it is left alone.")
            elif now > self._last_moment(kept):
                self.drop(kept.id)
            else:
                found.append(kept)
        return sorted(found, key=lambda kept: kept.saved, reverse=True)

    def has(self, draft_id: str) -> bool:
        """Return whether the draft is kept."""
        return self.key(draft_id) in self._storage.read(self.key(draft_id))

    def put(self, draft_id: str, forms: dict[str, Any], *, sent: bool = False) -> KeptDraft:
        """Keep a draft. Raises StorageError."""
        now = int(time.time() * 1000)
        sent_at = now if sent else 0
        record = {"version": _VERSION, "saved": now, "sent": sent_at, "forms": forms}
        self._storage.write(self.key(draft_id), json.dumps(record, separators=(",", ":")))
        return KeptDraft(draft_id, now, forms, sent_at)

    def drop(self, draft_id: str) -> None:
        """Keep the draft no longer."""
        self._storage.remove(self.key(draft_id))

    def _last_moment(self, kept: KeptDraft) -> float:
        if kept.sent:
            return kept.sent + min(self._days, _SENT_DAYS) * _DAY
        return kept.saved + self._days * _DAY


def _read(draft_id: str, text: str) -> KeptDraft | None:
    try:
        data = parse(text)
    except ValueError:
        return None
    match data:
        case {
            "version": 1,
            "saved": int() | float() as saved,
            "sent": int() | float() as sent,
            "forms": dict(forms),
        } if forms and 0 < saved <= _LAST_MOMENT and 0 <= sent <= _LAST_MOMENT:
            return KeptDraft(draft_id, float(saved), forms, float(sent))
    return None
