"""Start a page that `clientforms build` made.

What differs from page to page is in the module `clientforms_page`, which the build packs with the author's
modules. So the scripts of all such pages are the same (`builder/runtime/start_scripts.py`), and were compiled when the
snapshot was taken.
"""

from __future__ import annotations

import importlib
from typing import Any

from clientforms.browser.outcome.on_valid import carry_out
from clientforms.browser.page.django_settings import configure, expect, when_configured
from clientforms.browser.page.late_imports import bring
from clientforms.browser.page.start import start
from clientforms.engine.project.app_registry import installed_apps

__all__ = ["go_live", "prepare"]


async def go_live() -> None:
    """Configure Django, say what becomes of valid forms, and make the page live."""
    configure(**await _settings())
    carry_out()
    start()


async def prepare() -> None:
    """Do all but make the page live, which a script of the author's does."""
    expect(**await _settings())
    when_configured(carry_out)


async def _settings() -> dict[str, Any]:
    """Return the settings of the author's project that forms depend on. Fetches what its modules import."""
    page: Any = importlib.import_module("clientforms_page")
    await bring(page.LIBRARY)
    apps = installed_apps(page.APPS, page.APPS_WITHOUT_MODELS)
    settings: dict[str, Any] = page.settings()
    return {"INSTALLED_APPS": apps, **settings}
