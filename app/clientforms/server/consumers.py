"""Answers over WebSocket, with Channels. In the project's `asgi.py`: `URLRouter(websocket_urlpatterns)`.

A connection has what was said over it, so that a page says only what has changed. If it breaks, the page says all again,
to whatever process answers then. What `pushing.py` sends goes over the same connection, if the page watches that form.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import path

try:
    from channels.generic.websocket import AsyncWebsocketConsumer
except ImportError as error:
    raise ImproperlyConfigured(
        "clientforms.server.consumers needs Channels: pip install channels. Without it, pages ask over HTTP; "
        "see clientforms.server.urls."
    ) from error

from clientforms.server import configuration
from clientforms.server.answer_view import address_of, in_language_of_page, read_question
from clientforms.server.answers import answer_any
from clientforms.server.page_addresses import SOCKET_PATH
from clientforms.server.page_state import PageState
from clientforms.server.question_desk import desk
from clientforms.server.refusals import Refusal, log_refusal
from clientforms.server.row_verdicts import RowVerdicts
from clientforms.server.socket_visitors import Visitor, is_of_this_server
from clientforms.server.watched_forms import WatchedForms

__all__ = ["FormConsumer", "websocket_urlpatterns"]

_SPAN = 10  # seconds over which questions are counted: a page asks in bursts
_MOST_FORMS = 50  # whose base a connection keeps
_MOST_VERDICTS = 5  # formsets whose cleaned rows a connection keeps
_MOST_REFUSALS = 50  # in a row, then the connection ends
_POLICY_VIOLATION = 1008


class FormConsumer(AsyncWebsocketConsumer):
    """Answers the questions of one page, one after the other, and passes on what is pushed about its forms."""

    async def connect(self) -> None:
        """Accept a page of this server, by its Origin; others get status 403."""
        self._bases = _ConnectionBases()
        self._rate = _Rate()
        self._refusals = 0
        self._watched = WatchedForms()
        self._joined: set[str] = set()
        self._visitor = Visitor(self.scope)
        request = self._visitor.request()
        if not is_of_this_server(request):
            log_refusal(Refusal(403, "The Origin is another site's."), address_of(request))
            await self.close()
            return
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a question. A refusal says its status and why; after many in a row the connection ends."""
        said = await desk().ask(partial(self._reply, text_data or ""))
        await self._join(set(self._watched))
        since = said.pop("since", None)
        await self._say(said)
        if since is not None:  # after joining, so that nothing is missed in between
            for event in await desk().ask(partial(self._watched.missed, since)):
                await self.clientforms_push(event)
        self._refusals = self._refusals + 1 if "refused" in said else 0
        if self._refusals >= _MOST_REFUSALS:
            await self.close(_POLICY_VIOLATION)

    async def clientforms_push(self, event: Mapping[str, Any]) -> None:
        """Pass on a push to the page. Who may not ask about the form any more gets none."""
        push_for_page = partial(self._watched.push_for_page, self._visitor.request_now(), event)
        said = await desk().ask(push_for_page)
        if said is not None:
            self._bases.forget_verdicts(said["form"])
            await self._say(said)

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        await self._join(set())

    async def _join(self, groups: set[str]) -> None:
        """Be in these groups of the channel layer, and no others."""
        if groups == self._joined or self.channel_layer is None:
            return
        for group in self._joined - groups:
            await self.channel_layer.group_discard(group, self.channel_name)
        for group in groups - self._joined:
            await self.channel_layer.group_add(group, self.channel_name)
        self._joined = groups

    async def _say(self, said: Mapping[str, Any]) -> None:
        await self.send(json.dumps(said, ensure_ascii=False, separators=(",", ":")))

    def _reply(self, text: str) -> dict[str, Any]:
        request, question = self._visitor.request(), None
        try:
            self._rate.check()
            question = read_question(text)
            if isinstance(question, dict) and "watch" in question:
                said = self._watch(request, question)
            else:
                with in_language_of_page(request):
                    said = answer_any(request, question, self._bases)
        except Refusal as refusal:
            known = question if isinstance(question, dict) else {}
            log_refusal(refusal, address_of(request), known.get("form", ""))
            said = refusal.as_json()
        if isinstance(question, dict) and isinstance(question.get("id"), int):
            said["id"] = question["id"]
        return said

    def _watch(self, request: HttpRequest, question: Mapping[str, Any]) -> dict[str, Any]:
        if self.channel_layer is None:
            raise Refusal(503, "The project's CHANNEL_LAYERS name none, so nothing can be pushed.")
        said = self._watched.take(request, question["watch"])
        return {**said, "since": question.get("since")}


websocket_urlpatterns = [path(SOCKET_PATH, FormConsumer.as_asgi())]


class _ConnectionBases:
    """What was said over one connection."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], tuple[int, PageState]] = {}
        self._verdicts: dict[tuple[str, str], RowVerdicts] = {}

    def find(self, name: str, prefix: str, number: int) -> PageState | None:
        found = self._states.get((name, prefix))
        return found[1] if found and found[0] == number else None

    def keep(self, name: str, prefix: str, number: int, state: PageState) -> bool:
        _put_last(self._states, (name, prefix), (number, state), _MOST_FORMS)
        return True

    def verdicts(self, name: str, prefix: str) -> RowVerdicts | None:
        found = self._verdicts.get((name, prefix)) or RowVerdicts()
        _put_last(self._verdicts, (name, prefix), found, _MOST_VERDICTS)
        return found

    def forget_verdicts(self, name: str) -> None:
        """Clean all rows of a formset again: what is stored has changed."""
        for key in [key for key in self._verdicts if key[0] == name]:
            del self._verdicts[key]


def _put_last(
    kept: dict[tuple[str, str], Any], key: tuple[str, str], value: Any, most: int
) -> None:
    """Keep `value`, and of the others those that were used last: `most` in all."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > most:
        kept.pop(next(iter(kept)))


class _Rate:
    """Lets so many questions pass in a second, and bursts of ten seconds' worth."""

    def __init__(self) -> None:
        self._left = float(configuration.questions_per_second() * _SPAN)
        self._at = time.monotonic()

    def check(self) -> None:
        rate, now = configuration.questions_per_second(), time.monotonic()
        self._left = min(rate * _SPAN, self._left + rate * (now - self._at))
        self._at = now
        if self._left < 1:
            raise Refusal(429, "Too many questions in a short time.", retry_after=1)
        self._left -= 1
