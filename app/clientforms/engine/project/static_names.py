"""Let forms refer to static files by name, so that the build can find them."""

from __future__ import annotations

from django.core.files.storage import Storage

__all__ = ["SETTING", "StaticNames"]


class StaticNames(Storage):
    """Replaces the storage of `django.contrib.staticfiles`, which makes URLs of a server."""

    def url(self, name: str | None) -> str:
        """Return the name unchanged, as `Media` does without that storage."""
        return name or ""


SETTING = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"{__name__}.{StaticNames.__name__}"},
}
"""The value of STORAGES for a page whose code uses that storage."""
