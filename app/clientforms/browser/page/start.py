"""Making a page live, one `<form>` after the other."""

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
from clientforms.texts import text

__all__ = ["start"]

_LOOK_AGAIN = 50  # milliseconds
# A browser that forgets the end of a press must not keep forms from being live.
_LONGEST_PRESS = 10_000  # milliseconds


def start() -> Awaitable[None]:
    """Configure Django, bind every container of the page, and install `window.clientforms`.

    The first `<form>` is live when this returns, unless something in the page is pressed: a form that
    becomes live moves what is below it. After each one the browser has a turn to show what came of it,
    before the next. Await what is returned where all of them have to be live.
    """
    ensure_configured(INSTALLED_APPS=apps_with_models(container_paths()))
    words_for_the_worst(
        {
            "died": text("The forms have stopped working. What you typed is still here."),
            "note": text("You can send this form without having it checked first."),
            "reload": text("Reload"),
            "send": text("Send anyway"),
        }
    )
    page = _Page()
    page.go_on()
    return page.live


class _Page:
    """A page that becomes live. Until all of it is, it keeps what is done to the rest."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.live: asyncio.Future[None] = self._loop.create_future()
        self._early = EarlyEvents()
        self._forms = bind_page()
        self._waits = _LONGEST_PRESS // _LOOK_AGAIN

    def go_on(self) -> None:
        """Bind one more form, and carry out what was done to it; at the end all that is left."""
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
        """Go on; who started the page does not hear what goes wrong now."""
        try:
            self.go_on()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the page says that it is not live
            console.error(format_exc())
            what = f"Python failed: {type(error).__name__}: {error}"
            remedy = (
                "The whole traceback is on the console. Fix what it names, then reload the page."
            )
            window.dispatchEvent(
                custom_event("clientforms:failed", {"what": what, "remedy": remedy})
            )
            self.live.cancel()
