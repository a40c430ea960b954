"""A static files finder for the output of `clientforms_build`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage

from clientforms.server import build_manifest, configuration

__all__ = ["BuildFinder"]


class BuildFinder(BaseFinder):
    """Find the files of the current build under `clientforms/`."""

    def check(self, **options: Any) -> list[Any]:
        """Return no messages: the app's system checks report any problems."""
        return []

    def find(self, path: str, find_all: bool = False, **options: Any) -> Any:
        """Return the absolute path of the file served as `path`; a list with `find_all` (`all` in Django 5.2)."""
        found = self._find(path)
        if find_all or options.get("all"):
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Yield the path of each file of the current build, and its storage."""
        folder = str(build_manifest.current().get("folder", ""))
        if not folder:
            return
        storage = FileSystemStorage(location=configuration.build_folder())
        storage.prefix = build_manifest.PREFIX
        root = Path(storage.location)
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not matches_patterns(name, list(ignore_patterns or ())):
                yield name, storage

    def _find(self, path: str) -> str | None:
        name = PurePosixPath(path.replace("\\", "/"))
        if name.parts[:1] != (build_manifest.PREFIX,) or ".." in name.parts:
            return None
        file = configuration.build_folder().joinpath(*name.parts[1:])
        return str(file) if file.is_file() else None
