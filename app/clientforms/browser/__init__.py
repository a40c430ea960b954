"""The browser layer: the only code that touches the DOM.

`start()` makes a page live; `bind()` binds one live form or formset to one container.
"""

from __future__ import annotations

from clientforms.browser.page import bind, bindings
from clientforms.browser.scope import live_handles
from clientforms.browser.settings import configure
from clientforms.browser.starting import start

__all__ = ["bind", "bindings", "configure", "live_handles", "start"]
