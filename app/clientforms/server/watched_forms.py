"""The forms that a connected page has open, and whose pushes it receives."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from clientforms.server.answer_view import address_of, in_language_of_page
from clientforms.server.answers import key_of_object
from clientforms.server.plain_choices import plain_choices
from clientforms.server.pushing import declared_fields, group_of, present_choices
from clientforms.server.recent_pushes import missed_pushes, now
from clientforms.server.refusals import Refusal, log_refusal
from clientforms.server.registry import Registration, find

__all__ = ["WatchedForm", "WatchedForms"]

_log = logging.getLogger("clientforms.server")
_MOST = 50  # forms that one page may watch


@dataclass(frozen=True)
class WatchedForm:
    """A form that a page has open. `about` is the signed token of its stored object, for pushes about that object."""

    registration: Registration
    about: str = ""


class WatchedForms:
    """The watched forms of one connection, by the channel layer group to join."""

    def __init__(self) -> None:
        self.by_group: dict[str, WatchedForm] = {}

    def take(self, request: HttpRequest, said: Any) -> dict[str, Any]:
        """Watch the forms that a page lists, instead of the previous ones. Returns the reply to the page.

        A form that the request may not ask about is skipped and logged. Raises Refusal: 400 if `said` is invalid.
        """
        if not isinstance(said, list) or len(said) > _MOST:
            raise Refusal(400, f"The watched forms must be a list of at most {_MOST} forms.")
        found: dict[str, WatchedForm] = {}
        for each in said:
            name, about = _named(each)
            try:
                found |= _watched(request, name, about)
            except Refusal as refusal:
                log_refusal(refusal, address_of(request), name)
        self.by_group = found
        names = sorted({each.registration.name for each in found.values()})
        return {"watching": names, "at": now()}

    def missed(self, since: Any) -> list[dict[str, Any]]:
        """Return the pushes for these forms since the server time `since` in seconds."""
        if not isinstance(since, (int, float)):
            return []
        return [
            message
            for group, each in self.by_group.items()
            for message in missed_pushes(group, declared_fields(each.registration), since)
        ]

    def push_for_page(
        self, request: HttpRequest, message: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """Return a push for the page, in its language. None if the page does not watch the form or has no permission."""
        watched = self.by_group.get(message["group"])
        if watched is None or not _may_watch(watched.registration, request):
            return None
        with in_language_of_page(request):
            push = _for_page(watched.registration, request, message["push"])
        if push is None:
            return None
        about = {"about": watched.about} if watched.about else {}
        return {
            "form": watched.registration.name,
            **about,
            "at": message["at"],
            "push": push,
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_group)


def _may_watch(registration: Registration, request: HttpRequest) -> bool:
    """Return whether the request may receive pushes for a form. It may if it may ask about the form."""
    if registration.has_permission is None:
        return True
    try:
        return bool(registration.has_permission(request))
    except Exception:  # noqa: BLE001 - the project's code may raise anything; if it does, send nothing
        _log.exception("has_permission() of %s failed.", registration.name)
        return False


def _for_page(
    registration: Registration, request: HttpRequest, by_language: Mapping[str, Any]
) -> dict[str, Any] | None:
    default = by_language.get("") or by_language[settings.LANGUAGE_CODE]
    push: dict[str, Any] = by_language.get(translation.get_language(), default)
    if "errors" in push or "choices" in push or registration.get_form_kwargs is None:
        return push
    try:
        arguments = registration.get_form_kwargs(request)
        choices = present_choices(registration, push["field"], arguments)
    except Exception:  # noqa: BLE001 - the project's code may raise anything; if it does, send nothing
        _log.exception("The choices of %s could not be computed for a page.", registration.name)
        return None
    return {**push, "choices": plain_choices(choices)}


def _named(said: Any) -> tuple[str, str]:
    match said:
        case {"form": str(name), "about": str(about)}:
            return name, about
        case {"form": str(name)}:
            return name, ""
    raise Refusal(400, "A watched form must be an object with the name of a form.")


def _watched(request: HttpRequest, name: str, about: str) -> dict[str, WatchedForm]:
    registration = find(name)
    if registration is None or not registration.pushed:
        raise Refusal(404, "No form of this name is registered with pushed=True.")
    if not _may_watch(registration, request):
        raise Refusal(403, "You may not ask about this form.")
    found = {group_of(registration): WatchedForm(registration)}
    if about:
        key = key_of_object(registration, about)
        found[group_of(registration, key)] = WatchedForm(registration, about)
    return found
