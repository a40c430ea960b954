"""Make a built page installable and available offline: a manifest, icons, and a service worker.

The worker caches the page's files as one version; see `worker.js`, which uses Workbox.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

from ..html.html_tree import HtmlTree
from ..output.site_files import BuildError, Site
from .runtime_files import RUNTIME, is_for_few, language_files

__all__ = ["WORKER", "installable", "kept_files", "with_worker"]

WORKER = "sw.js"
"""The worker's file, whose name never changes, because browsers look there for a new version."""

_ICONS = (192, 512)
_FOLDERS = "static|site"
_MODULE = "static/offline.js"
_HASHED_RUNTIME = re.compile(r"static-[0-9a-f]{16}/runtime/")


def installable(site: Site) -> Site:
    """Return the site with a manifest, icons, and the module that registers its worker."""
    tree = HtmlTree(site.files[site.entry].decode("utf-8"))
    if _MODULE not in site.files:
        raise BuildError(f"{_MODULE} is missing. Run “make run”: it repairs the runtime.")
    title = tree.first("title")
    name = tree.text_of(title) if title else "Forms"
    manifest = {
        "name": " ".join(name.split()),
        "start_url": "../",  # relative to the folder into which `hashed` puts it
        "scope": "../",
        "display": "standalone",
        "background_color": "#ffffff",
        "icons": [
            {"src": f"icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
            for size in _ICONS
        ],
    }
    files = {
        f"icon-{size}.png": (Path(__file__).parent / "icons" / f"icon-{size}.png").read_bytes()
        for size in _ICONS
    }
    files["manifest.json"] = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
    _insert_into_head(
        tree,
        '<link rel="manifest" href="manifest.json">\n'
        '<link rel="apple-touch-icon" href="icon-192.png">\n'
        f'<script type="module" src="{_MODULE}"></script>\n',
    )
    return Site({**files, **site.files, site.entry: tree.edited().encode()}, site.entry)


def with_worker(site: Site, *, language_of: Site) -> Site:
    """Return the site, whose names have hashes, with the worker that caches it.

    `language_of` is the site with its original names.
    """
    page = site.files[site.entry].decode("utf-8")
    kept = kept_files(site, language_files(language_of, page))
    names = "\n".join([page, *kept])
    version = hashlib.sha256(names.encode()).hexdigest()[:16]
    tree = HtmlTree(page)
    _insert_into_head(tree, f'<meta name="clientforms-version" content="{version}">\n')
    entry = tree.edited().encode()
    described = {
        "version": version,
        "files": [
            {"url": "./", "revision": version, "integrity": _integrity(entry)},
            *({"url": f"./{name}", "revision": None, "integrity": _integrity(site.files[name])} for name in kept),
        ],
        "entries": ["./", f"./{site.entry}", f"./{site.entry.rpartition('.')[0]}"],
        "folders": _FOLDERS,
    }  # fmt: skip
    workbox = language_of.files[f"{RUNTIME}workbox.js"].decode("utf-8")
    ours = Path(__file__).with_name("worker.js").read_text("utf-8")
    site_line = f"const SITE = {json.dumps(described, indent=1)};"
    worker = "\n".join([workbox, site_line, ours]).encode()
    return Site({**site.files, site.entry: entry, WORKER: worker}, site.entry)


def kept_files(site: Site, languages: list[str]) -> list[str]:
    """Return the files that the page needs, sorted, without the entry page."""
    kept = []
    for name in sorted(site.files):
        in_runtime = _HASHED_RUNTIME.match(name)
        if in_runtime and is_for_few(name[in_runtime.end() :]):
            if name[in_runtime.end() :] in languages:
                kept.append(name)
        elif re.match(rf"(?:{_FOLDERS})-[0-9a-f]{{16}}/", name):
            kept.append(name)
    return kept


def _insert_into_head(tree: HtmlTree, text: str) -> None:
    head = tree.first("head")
    if head is None:
        raise BuildError("The page has no <head>. Write one into the template.")
    tree.insert(head.close, text)


def _integrity(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
