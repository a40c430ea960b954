"""Compute what a browser fetches on the first visit of a shipped site."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..output.site_files import Site
from .assets import Assets
from .offline import WORKER, kept_files
from .runtime_files import LATER

__all__ = ["LIBRARY", "bytes_of_first_visit", "late_archives"]

LIBRARY, _PACKAGES = "pyodide/python_stdlib.zip", "site-packages.zip"


def bytes_of_first_visit(site: Site, archives: Iterable[str], languages: Iterable[str]) -> int:
    """Return the sum of the sizes as shipped, which a host may compress further.

    `archives` are those of the runtime that the page fetches at the start, `languages` the files of the
    page's language.
    """
    late = tuple(f"/runtime/{name}" for name in LATER if name not in set(archives))
    kept = (name for name in kept_files(site, list(languages)) if not name.endswith(late))
    return sum(len(site.files[name]) for name in (site.entry, WORKER, *kept))


def late_archives(library: Iterable[str], assets: Assets, kind: str | None = None) -> list[str]:
    """Return the archives with those modules of Python and Django in `library` that are fetched.

    `kind` is that of the page's snapshot; None is the one for forms that import these modules.
    """
    wanted = set(library)
    wanted -= assets.modules(assets.kind_for(wanted) if kind is None else kind)
    packages = set(_modules_in(assets.in_runtime(_PACKAGES)))
    if wanted & packages:
        return [LIBRARY, _PACKAGES]  # their modules need the standard library
    return [LIBRARY] if wanted & set(_modules_in(assets.in_runtime(LIBRARY))) else []


def _modules_in(archive: Path) -> Iterator[str]:
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            module, suffix, _ = name.partition(".py")
            if suffix:
                yield module.removesuffix("/__init__").replace("/", ".")
