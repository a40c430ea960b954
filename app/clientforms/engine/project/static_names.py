"""Static files as a page of Django's forms names them: by their own names, which a build looks up."""

from __future__ import annotations

from django.core.files.storage import Storage

__all__ = ["SETTING", "StaticNames"]


class StaticNames(Storage):
    """Stands in for the storage of `django.contrib.staticfiles`, whose addresses a server makes."""

    def url(self, name: str | None) -> str:
        """Return the name, as `Media` has it where no storage is asked."""
        return name or ""


SETTING = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"{__name__}.{StaticNames.__name__}"},
}
"""The value of STORAGES for a page whose code asks that storage."""
