"""Idempotency keys: a page may send a submission more than once, but it is saved once.

A page with an outbox sends an `Idempotency-Key` header. The key is stored in the same transaction as the data,
so that either both are saved or neither is. A request that repeats a key gets the first response.
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
"""The header with the page's key of a submission. The response repeats it if the view supports keys."""
OWNER_HEADER = "X-Clientforms-User"
"""The header that identifies the user who made the submission, empty if nobody was logged in."""
_TOKEN = "csrfmiddlewaretoken"
_ACTIVE = "_clientforms_once"
_MARK = "clientforms_once"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_SHORTEST, _LONGEST = 16, 64  # characters of a key
_CHUNK = 1 << 16
_NO_TABLE = "Nothing was saved: the database has no table for the outbox. Run manage.py migrate clientforms."
_BUSY = "Nothing was saved: the database is busy. Send it again."
_RETRY_AFTER = 5  # seconds
_REPLAYED = "An earlier version of this was already saved. The changes were not saved."
_ANOTHER = "This was sent by another user."
_LOGIN = "You are not logged in as the user who wrote this."
_NO_KEY = (
    "Idempotency-Key must have {shortest} to {longest} letters, digits, dashes or underscores."
)

_log = logging.getLogger("clientforms.server")

View = Callable[..., HttpResponse]


def once(view: View) -> View:
    """Decorate a function view so that it runs once for each idempotency key.

    The view runs in the transaction that stores the key. Views with the mixins of `clientforms.server.views` do
    not need this decorator.
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
    """Return whether a URL pattern's view supports idempotency keys, by `once` or by a mixin."""
    return bool(
        getattr(view, _MARK, False) or getattr(getattr(view, "view_class", None), _MARK, False)
    )


def answer_once(request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the response of a view, or the stored response if the request repeats the key of a saved submission.

    If the view fails or its response is not a success, the key is not stored: the page may use it again with
    changed data.
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
    """Return an identifier of the request's user for pages, empty if nobody is logged in.

    It is not a secret. It does not depend on SECRET_KEY, so that entries waiting in a browser still match their
    user if SECRET_KEY changes.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    return hashlib.sha256(f"clientforms.server.submissions:{user.pk}".encode()).hexdigest()[:32]


def is_table_there() -> bool:
    """Return whether the database has the table of submissions, which `manage.py migrate` creates."""
    global _is_there
    if not _is_there:
        connection = connections[router.db_for_write(Submission)]
        try:
            _is_there = Submission._meta.db_table in connection.introspection.table_names()
        except DatabaseError:
            return False
    return _is_there


_is_there = False  # True is cached: the table is not expected to be dropped


def check_database(request: HttpRequest, model: Any) -> None:
    """Raise ImproperlyConfigured if `model` is stored in another database than the idempotency keys."""
    if not _is_active(request):
        return
    own, other = router.db_for_write(Submission), router.db_for_write(model)
    if own != other:
        raise ImproperlyConfigured(
            f"{model.__name__} is stored in the database {other!r}, the keys of the outbox in {own!r}. They need "
            "one transaction: let the database router use the same database for clientforms.Submission, or "
            "remove data-outbox from the form."
        )


def warn_of_unused_key(request: HttpRequest) -> None:
    """Log an error if a request has an idempotency key and its view does not use `once`."""
    if request.headers.get(KEY_HEADER) and request.method == "POST" and not _is_active(request):
        _log.error(
            "%s got an outbox submission and ignores its idempotency key, so repeated submissions are saved "
            "again. Decorate the view with clientforms.server.views.once.",
            request.path,
        )


def _is_active(request: HttpRequest) -> bool:
    return bool(getattr(request, _ACTIVE, False))


def _refusal_of(request: HttpRequest, key: str) -> HttpResponse | None:
    plain = key.replace("-", "").replace("_", "")
    if not (_SHORTEST <= len(key) <= _LONGEST and plain.isascii() and plain.isalnum()):
        _warn(request, "an invalid idempotency key")
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
        # Store the key first, so that a concurrent request with the same key waits here until the view is done.
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
            return response  # the key is rolled back too
        if _is_success(response):
            own.status, own.answer = response.status_code, response.content.decode()
            own.save(using=using, update_fields=["status", "answer"])
        else:
            own.delete(using=using)
        return response


def _again_if_taken(work: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a view's code, and run it once more if it raises IntegrityError.

    Another request may have stored the same unique value after the form was validated. The second validation finds
    it. Raises IntegrityError if the second run fails too.
    """
    try:
        with transaction.atomic(using=router.db_for_write(Submission)):
            return work()
    except IntegrityError:
        return work()


def _stored(request: HttpRequest, found: Submission, owner: str, digest: str) -> HttpResponse:
    """Return the stored response, or a refusal if the submission differs or is another user's."""
    if found.owner and found.owner != owner:
        _warn(request, "the key of another user's submission")
        return refused(409, "key", _ANOTHER)
    if found.digest != digest:
        _warn(request, "the key of a submission with different content")
        return refused(409, "replayed", _REPLAYED)
    return JsonResponse(json.loads(found.answer), status=found.status)


def _is_success(response: HttpResponse) -> bool:
    if not isinstance(response, JsonResponse) or not 200 <= response.status_code < 300:
        return False
    data = json.loads(response.content)
    return isinstance(data, dict) and data.get("valid") is True


def _digest(request: HttpRequest) -> str:
    """Return a digest of the URL, the posted data and the files, without the CSRF token, which may change."""
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
