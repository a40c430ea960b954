"""Idempotency keys: a page may send a submission again, and it is saved once.

A page with an outbox sends `Idempotency-Key`. The key is stored in the transaction of the save itself, so that
either both are there or none is. Whoever sends the key again gets the first answer.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    connections,
    router,
    transaction,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch
from django.utils.cache import patch_vary_headers
from django.utils.crypto import constant_time_compare

from clientforms.server.models import Submission
from clientforms.server.response_json import accepted, refused, wants_json

__all__ = [
    "KEY_HEADER", "OWNER_HEADER", "answer_once", "check_database", "is_answered_once", "is_table_there",
    "once", "owner_of", "warn_of_unused_key",
]  # fmt: skip

KEY_HEADER = "Idempotency-Key"
"""What a page calls a submission. An answer repeats it if the key counted."""
OWNER_HEADER = "X-Clientforms-User"
"""Whose submission it is, as the page was told; empty for somebody who was not logged in."""
_TOKEN = "csrfmiddlewaretoken"
_ACTIVE = "_clientforms_once"
_MARK = "clientforms_once"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SHORTEST, _LONGEST = 16, 64  # characters of a key
_CHUNK = 1 << 16
_NO_TABLE = "Nothing was saved: the database has no table for the outbox. Run manage.py migrate clientforms."
_BUSY = "Nothing was saved: the database is busy. Send it again."
_RETRY_AFTER = 5  # seconds
_REPLAYED = "This was sent before with other content, and has arrived. The change was not saved."
_ANOTHER = "This was sent by somebody else."
_LOGIN = "You are not logged in as the one who wrote this."
_NO_KEY = "Idempotency-Key has {shortest} to {longest} letters, digits, dashes or underscores."

_log = logging.getLogger("clientforms.server")

View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Return a view that does its work once for each key that a page sends: a decorator of function views.

    The view and the key are in one transaction. The mixins of `clientforms.server.views` need no decorator.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        def work() -> HttpResponse:
            return view(request, *args, **kwargs)

        return answer_once(
            request, lambda: _again_if_taken(work) if _is_active(request) else work()
        )

    setattr(answer, _MARK, True)
    return answer


def is_answered_once(view: Any) -> bool:
    """Return whether a view, as a URL pattern has it, heeds keys: by `once` or by a mixin."""
    return bool(
        getattr(view, _MARK, False) or getattr(getattr(view, "view_class", None), _MARK, False)
    )


def answer_once(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer of a view; if the request has a key that was accepted before, the stored one.

    An error, or an answer that is no success, leaves no trace of the key: it may come again, changed.
    """
    key = request.headers.get(KEY_HEADER, "")
    if not key or request.method != "POST" or not wants_json(request) or _is_active(request):
        return answer()
    if refusal := _refusal_of(request, key):
        return refusal
    setattr(request, _ACTIVE, True)
    response = _answer_in_transaction(request, key, answer)
    response[KEY_HEADER] = key
    patch_vary_headers(response, ("Accept",))
    return response


def owner_of(request: HttpRequest) -> str:
    """Return a name of the request's user for pages, empty if nobody is logged in.

    It is no secret, and stays the same if SECRET_KEY changes: what waits in a browser must find its user.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return hashlib.sha256(f"clientforms.server.submissions:{user.pk}".encode()).hexdigest()[:32]


def is_table_there() -> bool:
    """Return whether the database has the table, which `manage.py migrate` makes."""
    global _is_there
    if not _is_there:
        connection = connections[router.db_for_write(Submission)]
        try:
            _is_there = Submission._meta.db_table in connection.introspection.table_names()
        except DatabaseError:
            return False
    return _is_there


_is_there = False  # once it is, it stays


def check_database(request: HttpRequest, model: Any) -> None:
    """Raise ImproperlyConfigured if the objects of `model` are stored apart from the keys of submissions."""
    if not _is_active(request):
        return
    own, other = router.db_for_write(Submission), router.db_for_write(model)
    if own != other:
        raise ImproperlyConfigured(
            f"{model.__name__} is stored in the database {other!r}, the keys of the outbox in {own!r}. They need "
            "one transaction: let the database router send clientforms.Submission to the same one, or take "
            "data-outbox from the form."
        )


def warn_of_unused_key(request: HttpRequest) -> None:
    """Write into the log that a view without `once` got a key."""
    if request.headers.get(KEY_HEADER) and request.method == "POST" and not _is_active(request):
        _log.error(
            "%s got a submission of an outbox, and does not heed its key: what is sent again is saved again. "
            "Decorate the view with clientforms.server.views.once.",
            request.path,
        )


def _is_active(request: HttpRequest) -> bool:
    return bool(getattr(request, _ACTIVE, False))


def _refusal_of(request: HttpRequest, key: str) -> HttpResponse | None:
    plain = key.replace("-", "").replace("_", "")
    if not (_SHORTEST <= len(key) <= _LONGEST and plain.isascii() and plain.isalnum()):
        _warn(request, "a key that is none")
        return refused(400, "key", _NO_KEY.format(shortest=_SHORTEST, longest=_LONGEST))
    owner = request.headers.get(OWNER_HEADER, "")
    if owner and not constant_time_compare(owner, owner_of(request)):
        _warn(request, "a submission of a user who is not logged in")
        try:
            login = {"login": resolve_url(settings.LOGIN_URL)}
        except NoReverseMatch:
            login = {}
        return refused(401, "login", _LOGIN, **login)
    return None


def _answer_in_transaction(
    request: HttpRequest, key: str, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    using = router.db_for_write(Submission)
    owner, digest = owner_of(request), _digest(request)
    with transaction.atomic(using=using):
        # First the key, so that whoever sends it at the same time waits here, before the work is done.
        try:
            with transaction.atomic(using=using):
                own = Submission.objects.using(using).create(key=key, owner=owner, digest=digest)
        except IntegrityError:
            return _stored(request, Submission.objects.using(using).get(key=key), owner, digest)
        except DatabaseError as error:
            if not is_table_there():
                _log.error("%s: %s", request.path, _NO_TABLE)
                return refused(500, "outbox", _NO_TABLE)
            if not isinstance(error, OperationalError):
                raise
            _log.error("%s: %s %s", request.path, _BUSY, error)
            busy = refused(503, "busy", _BUSY)
            busy["Retry-After"] = str(_RETRY_AFTER)
            return busy
        response = answer()
        if isinstance(response, HttpResponseRedirectBase):
            response = accepted(request, redirect=response.url)
        if connections[using].needs_rollback:
            return response  # the key goes with the rest
        if _is_success(response):
            own.status, own.answer = response.status_code, response.content.decode()
            own.save(using=using, update_fields=["status", "answer"])
        else:
            own.delete(using=using)
        return response


def _again_if_taken(work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what a view does; once more if the database does not store it.

    Another request may have stored the same unique value since the view validated its form: now it finds that.
    Raises IntegrityError if it does not.
    """
    try:
        with transaction.atomic(using=router.db_for_write(Submission)):
            return work()
    except IntegrityError:
        return work()


def _stored(request: HttpRequest, found: Submission, owner: str, digest: str) -> HttpResponse:
    """Return what was answered before, or why it is not for this request."""
    if found.owner and found.owner != owner:
        _warn(request, "the key of somebody else's submission")
        return refused(409, "key", _ANOTHER)
    if found.digest != digest:
        _warn(request, "the key of a submission with other content")
        return refused(409, "replayed", _REPLAYED)
    return JsonResponse(json.loads(found.answer), status=found.status)


def _is_success(response: HttpResponse) -> bool:
    if not isinstance(response, JsonResponse) or not 200 <= response.status_code < 300:
        return False
    data = json.loads(response.content)
    return isinstance(data, dict) and data.get("valid") is True


def _digest(request: HttpRequest) -> str:
    """Return a digest of the address, the names and values, and the files. The CSRF token changes, and is no part."""
    parts: list[Any] = [request.get_full_path()]
    if request.content_type not in _FORMS:
        parts.append(hashlib.sha256(request.body).hexdigest())
    parts += [[name, request.POST.getlist(name)] for name in sorted(request.POST) if name != _TOKEN]
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            content = hashlib.sha256()
            for chunk in file.chunks(_CHUNK):
                content.update(chunk)
            file.seek(0)
            parts.append([name, file.name, file.content_type, content.hexdigest()])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _warn(request: HttpRequest, what: str) -> None:
    _log.warning("%s for %s was sent %s.", request.path, request.META.get("REMOTE_ADDR"), what)
