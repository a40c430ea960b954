"""The questions of one live form or formset to its server, and what comes of the answers.

Questions that come up together are asked together. One is under way at a time; it says what has changed since the
last that was answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from clientforms.engine import ClientForm, ClientFormSet
from clientforms.online.answer_transport import CannotAsk, Refused

__all__ = ["ServerQuestions", "Transport"]

_MOST_ATTEMPTS = 3  # at one question, while the server says that it is asked too much
_LOST_TOO_OFTEN = 2  # bases in a row: then each question says all

Values = dict[str, list[str]]


class Transport(Protocol):
    """What carries questions."""

    async def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer. Raises CannotAsk, Refused if the server says why it does not answer."""


class ServerQuestions:
    """Asks about the form called `name` in the server's registry.

    `find_live` returns the live form or formset, `about` is what the server signed of a stored object, `page` tells
    this page from others.
    """

    def __init__(
        self,
        name: str,
        about: str,
        page: str,
        transport: Transport,
        find_live: Callable[[], ClientForm | ClientFormSet],
    ) -> None:
        self._always = {"form": name, "page": page, **({"about": about} if about else {})}
        self._transport = transport
        self._find_live = find_live
        self._waiting: dict[tuple[str | None, str], asyncio.Future[list[Any]]] = {}
        self._sending: asyncio.Task[None] | None = None
        self._number = 0
        self._said: _Said | None = None
        self._lost = 0

    async def check(self, field: str) -> None:
        """Ask about `field` of the row whose rule is running, or about the whole. Raises ValidationError.

        Raises CannotAsk if the server cannot be asked: the page then leaves the rule to it.
        """
        key = self._asking_row(field)
        future = self._waiting[key, field] = asyncio.get_running_loop().create_future()
        if self._sending is None:
            self._sending = asyncio.ensure_future(self._send())
        if errors := await future:
            raise ValidationError(
                [ValidationError(each["message"], code=each.get("code") or None) for each in errors]
            )

    def _asking_row(self, field: str) -> str | None:
        """Return the key of the row whose rule runs in this task, None for the formset's own."""
        task = asyncio.current_task()
        for row in self._find_live().rows:
            pending = row.checks.pending.get(field)
            if pending is not None and pending.task is task:
                return row.key
        return None

    async def _send(self) -> None:
        try:
            await asyncio.sleep(0)  # the other questions of this moment come along
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                asked = {place: future for place, future in asked.items() if not future.done()}
                if asked:
                    await self._send_one(asked)
        finally:
            self._sending = None

    async def _send_one(
        self, asked: Mapping[tuple[str | None, str], asyncio.Future[list[Any]]]
    ) -> None:
        try:
            answer = await self._answer()
        except Exception as error:  # noqa: BLE001 - whoever asked gets it
            for future in asked.values():
                if not future.done():
                    future.set_exception(error)
            return
        for (key, field), future in asked.items():
            if not future.done():  # otherwise its value has changed, and the answer is stale
                future.set_result(_errors_in(answer, key, field))

    async def _answer(self) -> dict[str, Any]:
        attempts = 0
        while True:
            try:
                return await self._ask_once()
            except Refused as refused:
                attempts += 1
                if refused.status == 409 and self._said is not None:
                    self._said = None
                    self._lost += 1
                elif refused.status == 429 and attempts < _MOST_ATTEMPTS:
                    await asyncio.sleep(max(1.0, refused.retry_after))
                else:
                    raise

    async def _ask_once(self) -> dict[str, Any]:
        self._number += 1
        saying = _Said.by(self._find_live(), self._number)
        question = {**self._always, "prefix": saying.prefix, "number": self._number}
        base = self._said
        answer = await self._transport.ask({**question, **saying.since(base)})
        if base is not None:
            self._lost = 0
        self._said = saying if answer.get("kept") and self._lost < _LOST_TOO_OFTEN else None
        return answer


class _Said:
    """What a question says, row by row."""

    def __init__(
        self, number: int, prefix: str, initial: int, rows: Mapping[str, Values], more: Values
    ) -> None:
        self.number = number
        self.prefix = prefix
        self._initial = initial
        self._rows = rows
        self._more = more

    @classmethod
    def by(cls, live: ClientForm | ClientFormSet, number: int) -> _Said:
        """Return what the page holds now."""
        rows = {
            row.key: {local: list(values) for local, values in row.posted()} for row in live.rows
        }
        more: Values = {}
        initial = 0
        if isinstance(live, ClientFormSet):
            initial = live.initial_form_count()
            for row in live.rows:
                if row.nested:
                    for inner in live.nested(row.key).values():
                        more |= inner.post_data()
        return cls(number, live.prefix or "", initial, rows, more)

    def since(self, base: _Said | None) -> dict[str, Any]:
        """Return what a question has to say if the server remembers `base`; all of it without."""
        more = {"more": self._more} if self._more else {}
        if base is None:
            everything = {"initial": self._initial, "order": list(self._rows), "rows": self._rows}
            return {**everything, **more}
        changed = {
            key: changes
            for key, values in self._rows.items()
            if (changes := _changes(base._rows.get(key), values)) or key not in base._rows
        }
        said: dict[str, Any] = {"base": base.number, "rows": changed}
        if list(self._rows) != list(base._rows):
            said["order"] = list(self._rows)
        if self._initial != base._initial:
            said["initial"] = self._initial
        if self._more != base._more:
            said["more"] = self._more
        return said


def _changes(before: Values | None, values: Values) -> dict[str, list[str] | None]:
    if before is None:
        return dict(values)
    gone = {local: None for local in before if local not in values}
    return gone | {local: held for local, held in values.items() if before.get(local) != held}


def _errors_in(answer: Mapping[str, Any], key: str | None, field: str) -> list[Any]:
    """Return the errors of a field, of the row as a whole, or of the formset as a whole if `key` is None."""
    if key is None:
        found = answer.get("whole", []) if field == NON_FIELD_ERRORS else []
    else:
        found = answer["errors"].get(key, {}).get(field, [])
    if not isinstance(found, list):
        raise CannotAsk("the server's answer is none")
    return found
