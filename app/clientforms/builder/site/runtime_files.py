"""Classify the runtime's files: needed by a page at once, on demand, or never."""

from __future__ import annotations

import json
import re

from ..html.html_tree import HtmlTree
from ..html.languages import asked_language, packed_code
from ..output.site_files import Site

__all__ = ["AT_ONCE", "LATER", "RUNTIME", "SINGLE_FILE_ONLY", "is_for_few", "language_files"]

RUNTIME = "static/runtime/"

AT_ONCE = ("zstddec.wasm", "pyodide/pyodide.asm.data", "snapshot.data")
"""Files of the runtime that every page fetches."""

LATER = ("sortable.js", "pyodide/python_stdlib.zip", "site-packages.zip", "seldom.zip")
"""Files that a page fetches on demand. The rest is for browsers that cannot use the snapshot."""

SINGLE_FILE_ONLY = tuple(
    f"{RUNTIME}{name.removesuffix('.zip')}.data" for name in LATER if name.endswith(".zip")
)
"""The same archives for a page of one file; no other page fetches them."""

_FOR_FEW = re.compile(
    r"languages/.*|clientforms\.zip|pyodide/pyodide\.asm\.wasm|(?:manifest|modules)\.json|workbox\.js"
    r"|.*license\.txt|pyscript/(?:core\.css|toml.*|(?:deprecations|donkey|py)-.*)",
    re.IGNORECASE,
)


def is_for_few(name: str) -> bool:
    """Return whether pages do not fetch the runtime's file `name` in a modern browser.

    It is for another language, for a start without the snapshot, or for people to read.
    """
    return bool(_FOR_FEW.fullmatch(name))


def language_files(site: Site, entry: str) -> list[str]:
    """Return the runtime's files for the language of `entry`; none for English, which is built in."""
    listed = "languages/languages.json"
    codes = json.loads(site.files.get(f"{RUNTIME}{listed}", b"{}"))
    code = packed_code(asked_language(HtmlTree.reading(entry)), codes)
    return [] if code in (None, "en") else [listed, f"languages/{code}.zip"]
