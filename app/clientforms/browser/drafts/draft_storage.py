"""Store drafts of one form of one page in the browser, and drop those that are too old.

A complete draft is saved from time to time. Later changes are stored beside it: rows that were
added, removed or moved, and what was typed, which `static/keeping.js` stores without Python.
Each open page saves its own draft, so two tabs never write the same one.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from clientforms.browser.dom import durable_storage
from clientforms.browser.dom.durable_storage import Written
from clientforms.browser.dom.local_storage import Storage, StorageError, parse
from clientforms.browser.runtime import console, window

__all__ = ["DraftShelf", "KeptDraft"]

_PREFIX = "clientforms:draft:"
_LATE = "clientforms:typed:"
_CHANGED = "clientforms:changed:"
_OWN = "clientforms:own-drafts"
_VERSION = 1
_DAY = 86_400_000
_SENT_DAYS = 1  # a sent draft is useful until the user sees whether it arrived
_LAST_MOMENT = 8_640_000_000_000_000  # of JavaScript's Date
_OWN_COUNT = 50  # more than the unanswered forms of a tab


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A stored draft. `saved` and `sent` are milliseconds since 1970; `sent` is 0 if never."""

    id: str
    saved: float
    forms: dict[str, Any]
    sent: float = 0
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Later changes for `with_changes()`, by name of form or formset."""
    late: tuple[Any, ...] = ()
    """What was typed after that, for `engine/drafts/control_drafts.py`."""
    replaces: tuple[str, ...] = ()
    """Ids of drafts that this one was stored instead of."""


class DraftShelf:
    """Stores and finds drafts called `name` of the page at the present path."""

    def __init__(self, name: str, days: int) -> None:
        self.prefix = f"{_PREFIX}{window.location.pathname}:{quote(name, safe='')}:"
        self._days = days
        self._session = Storage("sessionStorage")
        # Ids of replaced drafts, by the id of the draft that replaces them.
        self._replaced: dict[str, list[str]] = {}

    def new_id(self, made: str | None = None) -> str:
        """Return `made` or a new id, and remember that it belongs to this tab."""
        made = made or uuid.uuid4().hex
        own = [*self.own_ids(), made][-_OWN_COUNT:]
        try:
            self._session.write(_OWN, json.dumps(own))
        except StorageError:
            return made  # only its tab will be forgotten
        return made

    def own_ids(self) -> list[str]:
        """Return the ids made in this tab, including those from before reloads.

        A duplicated tab has them too.
        """
        try:
            own = parse(self._session.read(_OWN).get(_OWN, "[]"))
        except ValueError:
            return []
        return (
            [draft_id for draft_id in own if isinstance(draft_id, str)]
            if isinstance(own, list)
            else []
        )

    def key(self, draft_id: str) -> str:
        """Return the storage key of the draft."""
        return f"{self.prefix}{draft_id}"

    def id_of(self, key: str) -> str | None:
        """Return the id of the draft with this storage key, None if it belongs to another form."""
        return key[len(self.prefix) :] if key.startswith(self.prefix) else None

    async def find(self) -> list[KeptDraft]:
        """Return the stored drafts, newest first, and drop those that are too old or were replaced.

        A page may go after it stored a draft, and before it removed the one that it replaces.
        """
        found: dict[str, KeptDraft] = {}
        for key, text in (await durable_storage.read(self.prefix)).items():
            kept = _read(self.id_of(key) or "", text)
            if kept is None:
                console.warn(f"clientforms: {key} is not a readable draft; it is left alone.")
            else:
                found[kept.id] = kept
        for key, text in (await durable_storage.read(f"{_CHANGED}{self.prefix}")).items():
            draft_id = key[len(_CHANGED) + len(self.prefix) :]
            before = found.get(draft_id)
            if before and (beside := _read_beside(text)) and beside[0] >= before.saved:
                found[draft_id] = replace(before, saved=beside[0], sent=0, changes=beside[1])
        late = [
            (key, *beside)
            for key, text in (await durable_storage.read(f"{_LATE}{self.prefix}")).items()
            if (beside := _read_beside(text))
        ]
        since = {kept.id: kept.saved for kept in found.values()}
        # A row may have two entries, one of them from before it had a key.
        for key, saved, part in sorted(late, key=lambda entry: entry[1]):
            draft_id = key[len(_LATE) + len(self.prefix) :].partition(":")[0]
            if saved >= since.get(draft_id, 0):  # otherwise, the saved draft contains it
                before = found.get(draft_id, KeptDraft(draft_id, 0, {}))
                found[draft_id] = replace(before, saved=saved, sent=0, late=(*before.late, part))
        now = time.time() * 1000
        replaced = {draft_id for kept in found.values() for draft_id in kept.replaces}
        old = {kept.id for kept in found.values() if now > self._last_moment(kept)}
        old |= replaced & found.keys()
        self.drop(*old)
        young = (kept for kept in found.values() if kept.id not in old)
        return sorted(young, key=lambda kept: kept.saved, reverse=True)

    async def has(self, draft_id: str) -> bool:
        """Return whether the draft is stored."""
        return self.key(draft_id) in await durable_storage.read(self.key(draft_id))

    def put(
        self,
        draft_id: str,
        forms: dict[str, Any],
        *,
        sent: bool = False,
        instead_of: Iterable[str] = (),
    ) -> Written:
        """Store a draft, and remove the drafts `instead_of`."""
        now = int(time.time() * 1000)
        others = list(instead_of)
        replaced = self._replaced.setdefault(draft_id, [])
        replaced += [other for other in others if other not in replaced]
        record = {
            "version": _VERSION,
            "saved": now,
            "sent": now if sent else 0,
            "forms": forms,
            "replaces": replaced,
        }
        text = json.dumps(record, separators=(",", ":"))
        return durable_storage.write(self.key(draft_id), text, instead_of=map(self.key, others))

    def put_changes(self, draft_id: str, changes: Mapping[str, Any]) -> Written:
        """Store changes beside a stored draft, replacing earlier ones."""
        key = self.key(draft_id)
        text = json.dumps({"saved": int(time.time() * 1000), "part": changes})
        return durable_storage.add(f"{_CHANGED}{key}", text, key)

    def drop(self, *draft_ids: str) -> Written | None:
        """Remove these drafts."""
        return durable_storage.remove(map(self.key, draft_ids)) if draft_ids else None

    def _last_moment(self, kept: KeptDraft) -> float:
        if kept.sent:
            return kept.sent + min(self._days, _SENT_DAYS) * _DAY
        return kept.saved + self._days * _DAY


def _read_beside(text: str) -> tuple[float, Any] | None:
    try:
        data = parse(text)
    except ValueError:
        return None
    match data:
        case {"saved": int() | float() as saved, "part": dict(part)} if 0 < saved <= _LAST_MOMENT:
            return float(saved), part
    return None


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
            replaces = data.get("replaces")
            others = replaces if isinstance(replaces, list) else []
            named = tuple(other for other in others if isinstance(other, str) and other != draft_id)
            return KeptDraft(draft_id, float(saved), forms, float(sent), replaces=named)
    return None
