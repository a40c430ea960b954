"""A built site as a value, and writing it atomically, without overwriting other files."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from .findings import Finding

__all__ = ["MARKER", "BuildError", "Site", "check_output", "write_file", "write_site"]

MARKER = "clientforms-build.json"
"""The file that marks a folder as ours and lists our files in it."""


class BuildError(Exception):
    """An error that prevents a build: one line with the file, the line, and the remedy.

    `findings` has the same for programs. The message is that of the first.
    """

    def __init__(self, first: Finding | str, *others: Finding) -> None:
        finding = first if isinstance(first, Finding) else Finding(None, 0, first)
        super().__init__(str(first))
        self.findings = [finding, *others]


@dataclass
class Site:
    """Files by their path in the output folder, with `/` between its parts."""

    files: dict[str, bytes] = field(default_factory=dict)
    entry: str = "index.html"

    def marker(self) -> bytes:
        """Return the content of `MARKER`: hashes of the other files."""
        hashes = {
            name: hashlib.sha256(content).hexdigest()
            for name, content in sorted(self.files.items())
            if name != MARKER
        }
        return (json.dumps({"files": hashes}, indent=1) + "\n").encode()


def check_output(out: Path) -> None:
    """Raise BuildError if `out` is not a folder that may be written or replaced.

    If it is not empty, it must be a site of ours with nothing else in it.
    """
    out = out.resolve()
    if not out.exists():
        above = next(parent for parent in out.parents if parent.exists())
        if not above.is_dir():
            raise BuildError(f"{out}: {above} is a file. Choose another folder with --out.")
        return
    if not out.is_dir():
        raise BuildError(f"{out} is a file. Choose a folder with --out.")
    there = sorted(_files_in(out))
    if MARKER in there:
        try:
            ours = set(json.loads((out / MARKER).read_text("utf-8"))["files"])
        except (ValueError, KeyError, TypeError):
            ours = set()
        others = [name for name in there if name not in ours and name != MARKER]
        if others:
            raise BuildError(
                f"{out / others[0]} was not written by clientforms. "
                "Move it out of the folder, or choose another folder with --out."
            )
    elif there or any(out.iterdir()):
        raise BuildError(
            f"{out} is not empty, and clientforms did not write it. "
            "Choose another folder with --out, or empty this one."
        )


def write_site(site: Site, out: Path) -> bool:
    """Write `site` into the folder `out`; return whether anything changed.

    The new folder is completed beside the old one and then replaces it, so that an error or an
    interruption leaves the old one unchanged. Raises BuildError.
    """
    out = out.resolve()
    check_output(out)
    marker = site.marker()
    files = {**site.files, MARKER: marker}
    if _is_there(out, files):
        return False
    fresh: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.unfinished-", dir=out.parent))
        fresh.chmod(0o755)
        for name, content in files.items():
            place = fresh / _checked(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        _take_the_place_of(out, fresh)
    except OSError as error:
        raise BuildError(_reason(out, error)) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)
    return True


def write_file(target: Path, content: bytes) -> bool:
    """Write a file atomically; return whether it differed from the old one. Raises BuildError."""
    target = target.resolve()
    unfinished: Path | None = None
    try:
        if target.is_file() and target.read_bytes() == content:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.unfinished-", dir=target.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        unfinished.chmod(0o644)
        unfinished.replace(target)
    except OSError as error:
        raise BuildError(_reason(target, error)) from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
    return True


def _files_in(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _is_there(out: Path, files: dict[str, bytes]) -> bool:
    if not out.is_dir() or set(_files_in(out)) != files.keys():
        return False
    return all((out / name).read_bytes() == content for name, content in files.items())


def _checked(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{name!r} is not a path inside a site.")
    return path


def _take_the_place_of(out: Path, fresh: Path) -> None:
    if not out.exists():
        fresh.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old-", dir=out.parent))
    try:
        out.rename(old / out.name)
        try:
            fresh.rename(out)
        except BaseException:
            (old / out.name).rename(out)
            raise
    finally:
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)


def _reason(out: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            remedy = "there is no space left on the disk. Free some, or choose another folder"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            remedy = "permission denied. Choose a folder of your own"
        case _:
            remedy = f"{error.strerror or error}. Choose another folder"
    return f"{out} could not be written: {remedy}. Existing files were not changed."
