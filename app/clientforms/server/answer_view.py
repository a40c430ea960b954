"""Answers questions over HTTP: one view that takes a question as JSON and responds with JSON."""

from __future__ import annotations

import hashlib
import json
import time
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from clientforms.server import configuration
from clientforms.server.answers import answer_any
from clientforms.server.page_state import PageState
from clientforms.server.refusals import Refusal, log_refusal
from clientforms.server.row_verdicts import RowVerdicts

__all__ = ["address_of", "answer_view", "in_language_of_page", "read_question"]

_SPAN = 10  # seconds over which questions are counted, because pages ask in bursts
_KEPT = 600  # seconds for which the base state of a page is cached


@never_cache  # type: ignore[untyped-decorator]
@csrf_protect  # type: ignore[untyped-decorator]
@require_POST  # type: ignore[untyped-decorator]
def answer_view(request: HttpRequest) -> JsonResponse:
    """Answer a page's question with JSON.

    Refusals are JSON as well, with the status codes of `answer_any()` and `read_question()`, or 429 if the page
    asks too often.
    """
    question: Any = None
    try:
        _check_rate(_client(request))
        question = read_question(_body(request))
        with in_language_of_page(request):
            said = answer_any(request, question, _CachedBases(request, question))
    except Refusal as refusal:
        form = question.get("form", "") if isinstance(question, dict) else ""
        log_refusal(refusal, address_of(request), form)
        response = JsonResponse(refusal.as_json(), status=refusal.status)
        if refusal.retry_after:
            response["Retry-After"] = str(refusal.retry_after)
        return response
    return JsonResponse(said)


def read_question(body: bytes | str) -> Any:
    """Return a question's decoded JSON. Raises Refusal: 400 if it is invalid JSON, 413 if it is too large."""
    _check_length(len(body))
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "The question is not valid JSON.") from error


@contextmanager
def in_language_of_page(request: HttpRequest) -> Iterator[None]:
    """Activate the language and time zone of the page that asks, which may depend on the page's URL."""
    language = request.GET.get("language", "")
    if language not in dict(settings.LANGUAGES) and language != settings.LANGUAGE_CODE:
        language = translation.get_language_from_request(request)
    try:
        zone = zoneinfo.ZoneInfo(request.GET.get("zone", ""))
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        zone = None
    with translation.override(language), timezone.override(zone or timezone.get_current_timezone()):
        yield


def address_of(request: HttpRequest) -> str:
    """Return the client address of a request, for the log."""
    return str(request.META.get("REMOTE_ADDR", "?"))


def _body(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal():
        _check_length(int(length))
    try:
        return bytes(request.body)
    except RequestDataTooBig as error:
        raise Refusal(413, str(error)) from error


def _check_length(length: int) -> None:
    if length > configuration.largest_question():
        raise Refusal(413, "The question is larger than CLIENTFORMS['LARGEST_QUESTION'] allows.")


def _client(request: HttpRequest) -> str:
    session = getattr(request, "session", None)
    # Without a stored session, the cookie may contain any key: do not let clients choose it.
    if session is not None and session.session_key and not session.is_empty():
        return str(session.session_key)
    return address_of(request)


def _check_rate(client: str) -> None:
    now = time.time()
    key = _key("rate", client, str(int(now // _SPAN)))
    cache.add(key, 0, timeout=2 * _SPAN)
    try:
        count = cache.incr(key)
    except ValueError:
        return  # a dummy cache stores no count
    if count > configuration.questions_per_second() * _SPAN:
        wait = int(_SPAN - now % _SPAN) + 1
        raise Refusal(429, "Too many questions in a short time.", retry_after=wait)


def _key(*parts: str) -> str:
    return "clientforms:" + hashlib.sha256("\0".join(parts).encode()).hexdigest()


class _CachedBases:
    """The base states of a page in Django's cache, so that any process can answer. The cache may drop them."""

    def __init__(self, request: HttpRequest, question: Any) -> None:
        page = question.get("page") if isinstance(question, dict) else None
        self._page = page if isinstance(page, str) and 16 <= len(page) <= 64 else ""
        self._client = _client(request)

    def find(self, name: str, prefix: str, number: int) -> PageState | None:
        found = cache.get(self._key_of(name, prefix)) if self._page else None
        return found[1] if found and found[0] == number else None

    def keep(self, name: str, prefix: str, number: int, state: PageState) -> bool:
        if self._page:
            cache.set(self._key_of(name, prefix), (number, state), timeout=_KEPT)
        return bool(self._page)

    def verdicts(self, name: str, prefix: str) -> RowVerdicts | None:
        return None  # cleaned forms cannot be cached

    def _key_of(self, name: str, prefix: str) -> str:
        return _key("base", self._client, self._page, name, prefix)
