"""Start a page with a Django site: unpack the project, configure Django, open the database, show the site."""

from __future__ import annotations

import importlib
import os
import zoneinfo
from pathlib import Path

from clientforms.browser import configure
from clientforms.browser import start as start_forms
from clientforms.browser.page.late_imports import bring, unpack
from clientforms.browser.runtime import window
from clientforms.site import (
    async_calls,
    contrib_modules,
    forbidden_calls,
    seldom_modules,
    shared_connections,
    shown_forms,
    slow_hashes,
    tag_libraries,
)
from clientforms.site.django_site import DjangoSite
from clientforms.site.kept_renderer import keeping_renderer
from clientforms.site.stored_site import archive_to_run

__all__ = ["start"]

_PACKED = Path("packed.data")
_ZONES = Path("clientforms-site/zoneinfo")
_SETTINGS = "clientforms_site_settings"
"""The module that the build writes: `SETTINGS`, `CONTRIB` (the installed apps' packages) and `LIBRARY` (modules to
fetch before the project is imported)."""


async def start(name: str, version: str) -> None:
    """Show each site of the page. `name` is that under which its data is kept, `version` that of the build.

    Raises what keeps it from starting, which `clientforms.site.ready` is rejected with, too.
    """
    try:
        await _start(name, version)
    except BaseException as error:
        window.clientforms.siteView.fail(f"{type(error).__name__}: {error}")
        raise


async def _start(name: str, version: str) -> None:
    other = await archive_to_run(name, version)
    if other is not None:
        _PACKED.write_bytes(other.content)
        version = other.version
    archive = _PACKED.read_bytes()
    unpack(str(_PACKED))  # which removes it
    written = importlib.import_module(_SETTINGS)
    await bring(written.LIBRARY)
    zoneinfo.reset_tzpath([str(_ZONES.absolute())])
    async_calls.install()
    forbidden_calls.install()
    shown_forms.install()
    seldom_modules.install()
    shared_connections.install()
    slow_hashes.install()
    tag_libraries.install()
    # Django refuses queries while an event loop runs, as one always does in a page.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    user_model = written.SETTINGS.get("AUTH_USER_MODEL", "auth.User")
    if not contrib_modules.fit(written.CONTRIB, user_model):
        contrib_modules.unpack_all()
    keeping_renderer(lambda: configure(**written.SETTINGS))
    site = DjangoSite(name, version, archive)
    if other is not None:
        site.notices.show("version", other.notice)
    await site.open()
    await site.show_all()
    start_forms()
