"""Make a page live, one `<form>` after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from traceback import format_exc

from clientforms.browser.drafts.update_reload import give_back
from clientforms.browser.page import inspector, javascript_api
from clientforms.browser.page.containers import bind_page, bindings, container_paths
from clientforms.browser.page.django_settings import ensure_configured
from clientforms.browser.page.early_events import EarlyEvents
from clientforms.browser.runtime import (
    console,
    custom_event,
    document,
    when_idle,
    window,
    words_for_the_worst,
)
from clientforms.engine.project.app_registry import apps_with_models
from clientforms.texts import marks, text

__all__ = ["start"]

_LOOK_AGAIN = 50  # milliseconds
# If a browser misses the end of a press, forms must become live nevertheless.
_LONGEST_PRESS = 10_000  # milliseconds


def start() -> Awaitable[None]:
    """Configure Django, bind every container of the page, and install `window.clientforms`.

    The first `<form>` is live when this returns, unless something in the page is being pressed,
    because a form that becomes live moves what is below it. The browser can render after each form.
    Await the result if all forms have to be live.
    """
    ensure_configured(INSTALLED_APPS=apps_with_models(container_paths()))
    words_for_the_worst(
        {
            "died": (died := text("The forms have stopped working. What you typed is still here.")),
            "marks": marks(died),
            "note": text("You can send this form without having it checked first."),
            "reload": text("Reload"),
            "send": text("Send anyway"),
        }
    )
    page = _Page()
    page.go_on()
    return page.live


class _Page:
    """A page that is becoming live. Events of forms that are not live yet are recorded."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.live: asyncio.Future[None] = self._loop.create_future()
        self._early = EarlyEvents()
        self._forms = bind_page()
        self._waits = _LONGEST_PRESS // _LOOK_AGAIN

    def go_on(self) -> None:
        """Bind the next form, and carry out its events; after the last form, all others."""
        if self._waits and document.querySelector(":active"):
            self._waits -= 1
            self._loop.call_later(_LOOK_AGAIN / 1000, self._go_on_later)
            return
        is_last = next(self._forms, self) is self
        self._early.carry_out_ready(is_last=is_last)
        if not is_last:
            self._loop.call_soon(self._go_on_later)
            return
        javascript_api.install()
        when_idle(inspector.install)
        self._giving_back = asyncio.ensure_future(give_back(bindings()))
        self._early.carry_out_rest_soon()
        self.live.set_result(None)

    def _go_on_later(self) -> None:
        """Go on, and report exceptions, which no longer reach the caller of `start()`."""
        try:
            self.go_on()
        except BaseException as error:  # noqa: BLE001 - any error is shown in the page
            console.error(format_exc())
            what = f"Python failed: {type(error).__name__}: {error}"
            remedy = "The full traceback is on the console. Fix the error, then reload the page."
            window.dispatchEvent(
                custom_event("clientforms:failed", {"what": what, "remedy": remedy})
            )
            self.live.cancel()
