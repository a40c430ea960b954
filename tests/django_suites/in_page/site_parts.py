"""Prepares a page's Python as a page with a site does (`clientforms.site.site_page.start()`)."""

import sys

from clientforms.site import (
    async_calls,
    contrib_modules,
    forbidden_calls,
    slow_hashes,
    tag_libraries,
)

__all__ = ["install"]

#: What `runtests.py` installs, as packages.
_CONTRIB = tuple(
    f"django.contrib.{app}"
    for app in ("admin", "auth", "contenttypes", "messages", "sessions", "staticfiles")
)


def install() -> None:
    """Install what makes Django a site's. Call it before Django is configured."""
    if "django.contrib.admin.options" not in sys.modules:
        raise RuntimeError("The page has not started from the snapshot for sites.")
    async_calls.install()
    forbidden_calls.install()
    slow_hashes.install()
    tag_libraries.install()
    contrib_modules.fit(_CONTRIB, "auth.User")
