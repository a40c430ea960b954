"""Asks the server about one live form or formset, and applies the answers.

Questions that come up at the same time are sent together. Only one request is pending at a time. It contains the
changes since the last answered question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.rows.row import Row
from clientforms.engine.rules.async_checks import Answer
from clientforms.online.answer_transport import CannotAsk, Refused

__all__ = ["ServerQuestions", "Transport"]

_MOST_ATTEMPTS = 3  # for one question, if the server responds with status 429
_LOST_TOO_OFTEN = (
    2  # consecutive lost base states, after which every question contains the full state
)

Live = ClientForm | ClientFormSet
Values = dict[str, list[str]]
Errors = list[dict[str, str]]
_Place = tuple[Live, str | None, str]
"""The live form or formset, the key of the row (None for a formset as a whole), and the field."""
_Answered = asyncio.Future[tuple["_Said", dict[str, Any]]]


class Transport(Protocol):
    """Sends questions to the server."""

    async def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer. Raises CannotAsk, or Refused if the server refuses to answer."""


class ServerQuestions:
    """Asks about the form called `name` in the server's registry.

    `find_live` returns the live form or formset, `about` is the signed token of its stored object, and `page`
    identifies this page.
    """

    def __init__(
        self,
        name: str,
        about: str,
        page: str,
        transport: Transport,
        find_live: Callable[[], Live],
    ) -> None:
        self._always = {"form": name, "page": page, **({"about": about} if about else {})}
        self._transport = transport
        self._find_live = find_live
        self._waiting: dict[_Place, _Answered] = {}
        self._sending: asyncio.Task[None] | None = None
        self._number = 0
        self._said: _Said | None = None
        self._lost = 0

    async def check(self, name: str, others: Iterable[str] = ()) -> None:
        """Ask about the field `name` of the row whose rule is running, or about the form or formset as a whole.

        `others` are fields without a question of their own: their errors are taken from the same answer. Raises
        ValidationError if the server reports errors, and CannotAsk if the server cannot be asked: the rule then
        runs only on the server, after submission.
        """
        live, row = self._who_asks(name)
        key, values = (row.key, _values_of(row, name)) if row else (None, None)
        future = self._waiting[live, key, name] = asyncio.get_running_loop().create_future()
        if self._sending is None:
            self._sending = asyncio.ensure_future(self._send())
        said, answer = await future
        if row is not None and said.values_of(row, name) != values:
            raise CannotAsk("the value has changed before the question was sent")
        found = {each: said.errors_in(answer, live, key, each) for each in (name, *others)}
        if any(found[each] for each in others):
            raise ValidationError(
                {each: _as_error(errors) for each, errors in found.items() if errors}
            )
        if found[name]:
            raise _as_error(found[name])

    def end(self) -> None:
        """Cancel all questions."""
        if self._sending is not None:
            self._sending.cancel()
        for future in self._waiting.values():
            future.cancel()
        self._waiting = {}

    def _who_asks(self, field: str) -> tuple[Live, Row | None]:
        """Return the live form or formset whose rule runs in this task, and the row, None for a formset's own rule."""
        task = asyncio.current_task()
        outer = self._find_live()
        for live in _with_nested(outer):
            for row in live.rows:
                pending = row.checks.pending.get(field)
                if pending is not None and pending.task is task:
                    return live, row
            if isinstance(live, ClientFormSet):
                own = live._verdict.own_checks.pending.values()
                if any(pending.task is task for pending in own):
                    return live, None
        return outer, None

    async def _send(self) -> None:
        try:
            await asyncio.sleep(0)  # collect the other questions of this moment
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                asked = {place: future for place, future in asked.items() if not future.done()}
                if asked:
                    await self._send_one(asked)
        finally:
            self._sending = None

    async def _send_one(self, asked: Mapping[_Place, _Answered]) -> None:
        try:
            said, answer = await self._answer()
        except Exception as error:  # noqa: BLE001 - `check()` raises it
            for future in asked.values():
                if not future.done():
                    future.set_exception(error)
            return
        for future in asked.values():
            if not future.done():  # otherwise its value has changed, and the answer is stale
                future.set_result((said, answer))
        self._renew(said, answer)

    def _renew(self, said: _Said, answer: Mapping[str, Any]) -> None:
        """Update earlier answers from the new one, because a rule may depend on other fields than its own."""
        for live in list(_with_nested(self._find_live())):
            for row in list(live.rows):
                if said.has(row) and _renew_answers(
                    row, partial(said.errors_in, answer, live, row.key)
                ):
                    live._answered(row)

    async def _answer(self) -> tuple[_Said, dict[str, Any]]:
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

    async def _ask_once(self) -> tuple[_Said, dict[str, Any]]:
        self._number += 1
        saying = _Said(self._find_live(), self._number)
        question = {**self._always, "prefix": saying.prefix, "number": self._number}
        base = self._said
        answer = await self._transport.ask({**question, **saying.since(base)})
        if base is not None:
            self._lost = 0
        self._said = saying if answer.get("kept") and self._lost < _LOST_TOO_OFTEN else None
        return saying, answer


@dataclass(frozen=True)
class _Inner:
    """A formset inside a row when a question was sent: its prefix, and the keys of its rows in order."""

    prefix: str
    keys: list[str]


class _Said:
    """The state that a question contains, row by row."""

    def __init__(self, live: Live, number: int) -> None:
        """Record the page's current state."""
        self.number = number
        self.prefix = live.prefix or ""
        self._outer = live
        self._initial = live.initial_form_count() if isinstance(live, ClientFormSet) else 0
        self._rows = {row.key: _posted(row) for row in live.rows}
        self._more: Values = {}
        if isinstance(live, ClientFormSet):
            for row in live.rows:
                for formset in row.nested.values():
                    self._more |= formset.post_data()
        self._files = [name for each in _with_nested(live) for name in _chosen_files(each)]
        self._inner: dict[Live, _Inner] = {}
        self._held = {row: self._rows[row.key] for row in live.rows}
        for inner in list(_with_nested(live))[1:]:
            self._inner[inner] = _Inner(str(inner.prefix), list(inner.keys))
            self._held |= {row: _posted(row) for row in inner.rows}

    def has(self, row: Row) -> bool:
        """Return whether `row` has not changed since."""
        return self._held.get(row) == _posted(row)

    def values_of(self, row: Row, name: str) -> Values:
        """Return the recorded values of a field of `row`, or of the whole row."""
        said = self._held.get(row, {})
        return {local: held for local, held in said.items() if _belongs(row, local, name)}

    def errors_in(
        self, answer: Mapping[str, Any], live: Live, key: str | None, name: str
    ) -> Errors:
        """Return the errors of a field, of a row as a whole, or of a formset as a whole if `key` is None.

        Raises CannotAsk if the answer does not contain the formset, or has a different number of rows for it.
        """
        if live is self._outer:
            whole, row = answer.get("whole", []), answer["errors"].get(key, {})
        else:
            whole, row = self._inside(answer, live, key)
        if key is not None:
            return list(row.get(name, []))
        return list(whole) if name == NON_FIELD_ERRORS else []

    def _inside(
        self, answer: Mapping[str, Any], live: Live, key: str | None
    ) -> tuple[Errors, dict[str, Errors]]:
        said = self._inner.get(live)
        for found in answer.get("inside", []):
            if (
                said is not None
                and found["prefix"] == said.prefix
                and len(found["forms"]) == len(said.keys)
            ):
                rows = dict(zip(said.keys, found["forms"], strict=True))
                return found["whole"], rows.get(key or "", {})
        raise CannotAsk(f"the server's answer has no formset {live.prefix}, which is inside a row")

    def since(self, base: _Said | None) -> dict[str, Any]:
        """Return the changes since `base`, a state that the server stores, or the full state if `base` is None."""
        more = {"more": self._more, "files": self._files}
        if base is None:
            everything = {"initial": self._initial, "order": list(self._rows), "rows": self._rows}
            return {**everything, **{name: said for name, said in more.items() if said}}
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
        if self._files != base._files:
            said["files"] = self._files
        return said


def _with_nested(live: Live) -> Iterator[Live]:
    """Yield a live form or formset, and the formsets inside its rows, at every depth."""
    yield live
    for row in live.rows:
        for inner in row.nested.values():
            yield from _with_nested(inner)


def _chosen_files(live: Live) -> Iterator[str]:
    """Yield the full names of controls with a chosen file."""
    for row in live.rows:
        if row.files:
            yield from live.files_of(row.key)


def _posted(row: Row) -> Values:
    return {local: list(values) for local, values in row.posted()}


def _values_of(row: Row, name: str) -> Values:
    return {local: held for local, held in _posted(row).items() if _belongs(row, local, name)}


def _belongs(row: Row, local: str, name: str) -> bool:
    return name in (NON_FIELD_ERRORS, row.field_of(local))


def _renew_answers(row: Row, errors_of: Callable[[str], Errors]) -> bool:
    """Replace earlier answers that are different now. Returns whether there are any."""
    differ = False
    for name, known in list(row.checks.answers.items()):
        if name in row.checks.pending or hasattr(known.error, "error_dict"):
            continue
        try:
            errors = errors_of(name)
        except CannotAsk:
            continue
        told = known.error.messages if known.error is not None else []
        if known.failure is None and told == [each["message"] for each in errors]:
            continue
        differ = True
        if errors:
            row.checks.answers[name] = Answer(known.basis, error=_as_error(errors))
        else:
            del row.checks.answers[
                name
            ]  # ask again, because an answer with an error has no cleaned value
    return differ


def _changes(before: Values | None, values: Values) -> dict[str, list[str] | None]:
    if before is None:
        return dict(values)
    gone = {local: None for local in before if local not in values}
    return gone | {local: held for local, held in values.items() if before.get(local) != held}


def _as_error(errors: Iterable[Mapping[str, str]]) -> ValidationError:
    return ValidationError(
        [ValidationError(each["message"], code=each.get("code") or None) for each in errors]
    )
