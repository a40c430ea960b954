"""Files of a live form, chosen or stored, as Django's fields take them.

The page reads their bytes.
"""

from __future__ import annotations

import copy
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile

from clientforms.engine.rules.server_notes import LeftToServer

__all__ = ["ChosenFile", "StoredFile", "as_left", "as_posted"]


class ChosenFile:
    """A file that was chosen in the page. Its name and size are known before its content.

    `handle` is the page's own object for it. Until `content` is set, code that reads the file is
    left to the server, with `unread` as the note; an empty note is not shown.
    """

    def __init__(
        self, name: str, size: int, content_type: str, handle: Any = None, unread: str = ""
    ) -> None:
        self.name = name
        self.size = size
        self.content_type = content_type
        self.handle = handle
        self.unread = unread
        self.content: bytes | None = None

    def uploaded(self) -> UploadedFile:
        """Return what a server would find in `request.FILES`, a new object for each call."""
        if self.content is None:
            return _UnreadFile(self)
        return InMemoryUploadedFile(
            BytesIO(self.content), None, self.name, self.content_type, self.size, None, {}
        )


class StoredFile:
    """A file that is stored on the server: the initial value of a file field."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url

    def __str__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredFile) and (self.name, self.url) == (other.name, other.url)

    def __hash__(self) -> int:
        return hash((self.name, self.url))


class _UnreadFile(UploadedFile):
    """An uploaded file whose content has not been read."""

    def __init__(self, chosen: ChosenFile) -> None:
        super().__init__(None, chosen.name, chosen.content_type, chosen.size, None, {})
        self._chosen = chosen

    @property
    def file(self) -> Any:
        raise LeftToServer(self._chosen.unread)

    @file.setter
    def file(self, value: Any) -> None:
        """Do nothing: Django's constructor sets the attribute."""

    @property
    def closed(self) -> bool:
        return False

    def close(self) -> None:
        """Do nothing: nothing was opened."""


def as_posted(file: Any) -> Any:
    """Return `file` as in a new POST, with nothing read from it."""
    if isinstance(file, ChosenFile):
        return file.uploaded()
    return _copied(file, 0)


def as_left(value: Any) -> Any:
    """Return the cleaned `value`, copying files with their position.

    A form is cleaned once and its formset often: what one run reads, the next must be able to read.
    """
    if isinstance(value, InMemoryUploadedFile) and not value.closed:
        return _copied(value, value.tell())
    if isinstance(value, list) and any(
        isinstance(member, InMemoryUploadedFile) for member in value
    ):
        return [as_left(member) for member in value]
    return value


def _copied(file: Any, position: int) -> Any:
    if not isinstance(getattr(file, "file", None), BytesIO):
        file.seek(position)
        return file
    made = copy.copy(file)
    made.file = BytesIO(file.file.getvalue())
    made.file.seek(position)
    return made
