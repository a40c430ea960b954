"""Which files of the assembled runtime a page needs: at once, when something asks for them, or never."""

from __future__ import annotations

import json
import re

from ..html.html_tree import HtmlTree
from ..html.languages import asked_language, packed_code
from ..output.site_files import Site

__all__ = ["AT_ONCE", "LATER", "RUNTIME", "SINGLE_FILE_ONLY", "is_for_few", "language_files"]

RUNTIME = "static/runtime/"

AT_ONCE = ("zstddec.wasm", "pyodide/pyodide.asm.data", "snapshot.data")
"""What every page fetches, below the runtime's folder."""

LATER = ("sortable.js", "pyodide/python_stdlib.zip", "site-packages.zip", "seldom.zip")
"""What a page fetches when something in it asks for that. The rest is for browsers without the snapshot."""

SINGLE_FILE_ONLY = tuple(
    f"{RUNTIME}{name.removesuffix('.zip')}.data" for name in LATER if name.endswith(".zip")
)
"""The same archives as a page of one file carries them; no other page asks for them."""

_FOR_FEW = re.compile(
    r"languages/.*|clientforms\.zip|pyodide/pyodide\.asm\.wasm|(?:manifest|modules)\.json|workbox\.js"
    r"|.*license\.txt|pyscript/(?:core\.css|toml.*|(?:deprecations|donkey|py)-.*)",
    re.IGNORECASE,
)


def is_for_few(name: str) -> bool:
    """Return whether no page fetches `name`, below the runtime's folder, in a browser of today.

    That is another language's, or for a start without the snapshot, or read by nobody but people.
    """
    return bool(_FOR_FEW.fullmatch(name))


def language_files(site: Site, entry: str) -> list[str]:
    """Return the files, below the runtime's folder, of the language of `entry`; none for English.

    English is in Django's own.
    """
    listed = "languages/languages.json"
    codes = json.loads(site.files.get(f"{RUNTIME}{listed}", b"{}"))
    code = packed_code(asked_language(HtmlTree.reading(entry)), codes)
    return [] if code in (None, "en") else [listed, f"languages/{code}.zip"]
