"""The browser layer: the only code that touches the DOM.

`start()` makes a page live; `bind()` binds one live form or formset to one container.
"""

from __future__ import annotations

from clientforms.browser.page import bind, bind_page, bindings, container_paths
from clientforms.browser.runtime import when_idle
from clientforms.browser.scope import live_handles
from clientforms.browser.settings import configure
from clientforms.engine.apps import apps_with_models

__all__ = ["bind", "bind_page", "bindings", "configure", "live_handles", "start"]


def start() -> None:
    """Configure Django, bind every container of the page, and install `window.clientforms`."""
    from clientforms.browser import api, inspector
    from clientforms.browser.early import EarlyEvents

    configure(INSTALLED_APPS=apps_with_models(container_paths()))
    early = EarlyEvents()
    bind_page(early.carry_out_ready)
    early.carry_out()
    api.install()
    when_idle(inspector.install)
    early.carry_out_rest_soon()
