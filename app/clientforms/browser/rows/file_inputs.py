"""Read files from file inputs for Django's fields, and put them back into inputs.

A file is validated by its name, size and type as soon as it is chosen, and again when its content
was read. Files belong to their row, so that they survive renumbering, removing and undoing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.rows.row_view import RowView
from clientforms.browser.runtime import file_list, page_file, read_file
from clientforms.engine.live.live_forms import LiveForms
from clientforms.engine.rows.files import ChosenFile, StoredFile
from clientforms.texts import text

__all__ = ["Uploads", "stored_files"]

READ_AT_MOST = 32 * 1024 * 1024
"""Bytes of all files together that are copied into Python's memory.

Python in a page has 2 to 4 GB, and the browser keeps the file, too. Of larger files, only the
name, size and type are known; code that reads them is left to the server.
"""


class Uploads:
    """The file inputs of one binding, whose rows are `views`."""

    def __init__(self, live: LiveForms, views: Mapping[str, RowView], scope: Scope) -> None:
        self._live = live
        self._views = views
        self._scope = scope
        self._reading: dict[ChosenFile, asyncio.Task[None]] = {}

    def take(self, view: RowView, name: str) -> bool:
        """Read the row's file inputs called `name`; return whether their files changed."""
        handles = _held(_inputs(view, name))
        before = self._live.files_of(view.key).get(name, [])
        if handles == [_handle(file) for file in before]:
            return False
        view.show_note((self._live.field_of(view.key, name), "ask"), "")
        for file in before:
            self._reading.pop(file, None)  # its content is not needed any more
        files = [_chosen(handle) for handle in handles]
        self._live.files(view.key, name, files)
        for file in files:
            self._read_soon(file)
        return True

    def take_all(self, view: RowView) -> None:
        """Read all files that were chosen before Python started."""
        for name in self._names(view):
            self.take(view, name)

    def put_back(self, view: RowView) -> bool:
        """Put the engine's files into the row's file inputs, or else ask the user for them again.

        Returns whether files were lost.
        """
        lost = False
        chosen = self._live.files_of(view.key)
        for name in self._names(view):
            files, controls = chosen.get(name, []), _inputs(view, name)
            if _held(controls) != [_handle(file) for file in files] and not _give(controls, files):
                self._live.files(view.key, name, [], lost=True)
                self.ask_again(view, name, [file.name for file in files])
                lost = True
        return lost

    def ask_again(self, view: RowView, name: str, file_names: Iterable[str]) -> None:
        """Show a note at the file input called `name` that these files have to be chosen again."""
        files = ", ".join(f"“{file_name}”" for file_name in file_names)
        note = text("Please choose %(files)s again: this page could not keep it.", files=files)
        field = self._live.field_of(view.key, name)
        control = _inputs(view, name)[-1]
        pressed_pointer.after(self._scope, lambda: view.show_note((field, "ask"), note, control))

    def is_reading(self) -> bool:
        """Return whether any file is being read."""
        return bool(self._reading)

    async def wait(self) -> None:
        """Wait until all files have been read."""
        while self._reading:
            await asyncio.wait(list(self._reading.values()))

    # Private

    def _names(self, view: RowView) -> list[str]:
        names = dict.fromkeys(
            str(control.name) for control in view.controls() if control.type == "file"
        )
        return [name for name in names if self._live.field_of(view.key, name)]

    def _read_soon(self, file: ChosenFile) -> None:
        rows = [self._live.files_of(key).values() for key in self._live.keys]
        if sum(chosen.size for row in rows for files in row for chosen in files) > READ_AT_MOST:
            file.unread = text(
                "“%(file)s” is too large to be read in this page: the server will check it.",
                file=file.name,
            )
            return
        self._reading[file] = self._scope.task(self._read(file))

    async def _read(self, file: ChosenFile) -> None:
        try:
            file.content = await read_file(file.handle)
        except OSError:
            self._lose(file)
        finally:
            self._reading.pop(file, None)
        self._live.file_was_read(file)

    def _lose(self, file: ChosenFile) -> None:
        """Drop a file that was removed from the disk, which could not be submitted either."""
        for view in self._views.values():
            for name, files in self._live.files_of(view.key).items():
                if file in files:
                    left = [other_file for other_file in files if other_file is not file]
                    _give(_inputs(view, name), left)
                    self._live.files(view.key, name, left, lost=True)
                    self.ask_again(view, name, [file.name])


def stored_files(controls: Iterable[Any]) -> dict[str, StoredFile]:
    """Return the files on the server that markup shows, by name of their control.

    Django's ClearableFileInput renders a link to such a file before the input.
    """
    stored: dict[str, StoredFile] = {}
    for control in controls:
        if control.type != "file":
            continue
        sibling = control.previousElementSibling
        while sibling and sibling.tagName != "A":
            sibling = sibling.previousElementSibling
        if sibling and sibling.hasAttribute("href"):
            url = str(sibling.getAttribute("href"))
            stored[str(control.name)] = StoredFile(str(sibling.textContent).strip(), url)
    return stored


def _inputs(view: RowView, name: str) -> list[Any]:
    return [
        control for control in view.controls() if control.type == "file" and control.name == name
    ]


def _held(controls: Iterable[Any]) -> list[Any]:
    return [file for control in controls for file in control.files]


def _chosen(handle: Any) -> ChosenFile:
    # Browsers post files of unknown type with this one.
    content_type = str(handle.type) or "application/octet-stream"
    return ChosenFile(str(handle.name), int(handle.size), content_type, handle)


def _handle(file: Any) -> Any:
    return getattr(file, "handle", None)


def _give(controls: Sequence[Any], files: Sequence[Any]) -> bool:
    """Put `files` into the first of `controls`; return whether that succeeded."""
    for control in controls:
        control.value = ""
    if not files:
        return True
    made = file_list(_handle(file) or _as_page_file(file) for file in files)
    if made:
        controls[0].files = made
    held = _held(controls[:1])
    for file, handle in zip(files, held, strict=False):
        file.handle = handle
    return len(held) == len(files)


def _as_page_file(file: Any) -> Any:
    file.seek(0)
    return page_file(file.read(), file.name, file.content_type)
