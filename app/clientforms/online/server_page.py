"""Starts a page that a Django server rendered, with the language and time zone of the request."""

from __future__ import annotations

from typing import Any

from clientforms.browser import configure
from clientforms.browser import start as start_page
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document
from clientforms.online.asking_forms import AskingForms
from clientforms.online.form_sending import FormSending
from clientforms.online.messages import Messages
from clientforms.online.small_actions import SmallActions

__all__ = ["start"]


def start(**settings: Any) -> None:
    """Configure Django with the project's `settings`, and make the page's forms live."""
    time_zone = document.documentElement.dataset.timeZone
    configure(**{**settings, **({"TIME_ZONE": str(time_zone)} if time_zone else {})})
    scope = Scope()  # the page's scope never ends
    messages = Messages(scope)
    asking = AskingForms(scope)
    FormSending(scope, messages, asking)
    SmallActions(scope, messages, asking)
    asking.look()
    start_page()  # also replays earlier clicks and submits
