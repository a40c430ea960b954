"""The browser layer: the only code that touches the DOM.

`start()` makes a page live; `bind()` binds one live form or formset to one container.
"""

from __future__ import annotations

from clientforms.browser.dom.scope import live_handles
from clientforms.browser.page.containers import bind, bindings
from clientforms.browser.page.django_settings import configure
from clientforms.browser.page.start import start

__all__ = ["bind", "bindings", "configure", "live_handles", "start"]
