"""Answers questions over WebSocket, with Channels. Use `URLRouter(websocket_urlpatterns)` in the project's `asgi.py`.

The base states of a page are stored with its connection, so that the page sends only changes. If the connection is
lost, the page sends its full state to the process that answers next. Pushes from `pushing.py` use the same
connection if the page watches the form.
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
        "clientforms.server.consumers needs Channels: pip install channels. Without Channels, pages ask over "
        "HTTP: see clientforms.server.urls."
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

_SPAN = 10  # seconds over which questions are counted, because pages ask in bursts
_MOST_FORMS = 50  # forms whose base state a connection stores
_MOST_VERDICTS = 5  # formsets whose cleaned rows a connection stores
_MOST_REFUSALS = 50  # consecutive refusals before the connection is closed
_POLICY_VIOLATION = 1008


class FormConsumer(AsyncWebsocketConsumer):
    """Answers the questions of one page in order, and forwards pushes for its forms."""

    async def connect(self) -> None:
        """Accept the connection if its Origin is this server or is trusted. Others are rejected with status 403."""
        self._bases = _ConnectionBases()
        self._rate = _Rate()
        self._refusals = 0
        self._watched = WatchedForms()
        self._joined: set[str] = set()
        self._visitor = Visitor(self.scope)
        request = self._visitor.request()
        if not is_of_this_server(request):
            log_refusal(Refusal(403, "The Origin is not trusted."), address_of(request))
            await self.close()
            return
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a question. A refusal has a status and a reason; too many in a row close the connection."""
        said = await desk().ask(partial(self._reply, text_data or ""))
        await self._join(set(self._watched))
        since = said.pop("since", None)
        await self._say(said)
        if since is not None:  # after joining the groups, so that no push is lost in between
            for event in await desk().ask(partial(self._watched.missed, since)):
                await self.clientforms_push(event)
        self._refusals = self._refusals + 1 if "refused" in said else 0
        if self._refusals >= _MOST_REFUSALS:
            await self.close(_POLICY_VIOLATION)

    async def clientforms_push(self, event: Mapping[str, Any]) -> None:
        """Forward a push to the page, unless the visitor no longer has permission for the form."""
        push_for_page = partial(self._watched.push_for_page, self._visitor.request_now(), event)
        said = await desk().ask(push_for_page)
        if said is not None:
            self._bases.forget_verdicts(said["form"])
            await self._say(said)

    async def disconnect(self, code: int) -> None:
        """Leave all groups."""
        await self._join(set())

    async def _join(self, groups: set[str]) -> None:
        """Join these groups of the channel layer, and leave all others."""
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
            raise Refusal(503, "The project has no channel layer, so nothing can be pushed.")
        said = self._watched.take(request, question["watch"])
        return {**said, "since": question.get("since")}


websocket_urlpatterns = [path(SOCKET_PATH, FormConsumer.as_asgi())]


class _ConnectionBases:
    """The base states and cleaned rows of one connection."""

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
        """Forget the cleaned rows of a formset, because stored data has changed."""
        for key in [key for key in self._verdicts if key[0] == name]:
            del self._verdicts[key]


def _put_last(
    kept: dict[tuple[str, str], Any], key: tuple[str, str], value: Any, most: int
) -> None:
    """Store `value` as the most recent entry, and drop the oldest entries if there are more than `most`."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > most:
        kept.pop(next(iter(kept)))


class _Rate:
    """Limits the questions per second on average, and allows bursts of ten seconds' worth."""

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
