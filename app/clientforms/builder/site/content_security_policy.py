"""Add a content security policy to a built page, and hashes of the files that it loads.

The policy is a `<meta>` element, because a static host sends no headers of ours. One script is inline,
allowed by its hash: it must work before the page can find any file, and if the first file does not
load.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ..html.hashed_names import MEDIA, configurations, local_path, read_configuration
from ..html.html_tree import Element, HtmlTree
from ..html.languages import asked_language
from ..output.site_files import BuildError, Site
from .boot_watch import boot_watch

__all__ = [
    "CORE",
    "add_policy",
    "has_site",
    "has_style_attributes",
    "modules_of",
    "policy",
    "refuse_handlers",
    "secured",
    "without_workers",
]

CORE = "static/runtime/pyscript/core.js"
"""PyScript, as loaded by pages of the checkout."""

LOADER = "static/pyscript.js"
"""Our module that loads PyScript if a policy blocks eval."""

# A host may serve /folder/ at /folder, where relative URLs fail. A page opened from a disk may not load
# other files, so it goes to the page that contains everything. And in a sandboxed frame, only this
# script of the page runs.
PLACE = """
{ const { origin, pathname, search, hash, protocol } = location;
  if (protocol === "file:") %(alone)s
  else if (/[^/.]$/.test(pathname) && !/\\.[^/]*$/.test(pathname)) addEventListener("error", ({ target }) => {
    if (target.src || target.href) location.replace(origin + pathname + "/" + search + hash);
  }, true);
  if (self.origin === "null") addEventListener("DOMContentLoaded", () => {
    const panel = document.querySelector("[data-boot-error]");
    if (!panel || self.clientforms?.ready) return;
    const link = document.createElement("a");
    Object.assign(link, { href: location.href, target: "_blank", textContent: "Open this page in a window of its own." });
    panel.replaceChildren(link);
    panel.hidden = false;
  }); }
"""

_IMPORT = re.compile(rb"""(?:\bimport|\bfrom)\s*["'](\./[^"']+|\.\./[^"']+)["']""")
_DYNAMIC_IMPORT = re.compile(rb"""\bimport\(\s*["'](\.\.?/[^"']+)["']""")
_STYLE = re.compile(rb"""["']style["']\s*:|\bstyle\s*=\s*["']""")
_OF_WORKERS = {"workbox.js"}
"""Scripts that only workers import."""

_SCRIPTS = ("", "module", "importmap", "text/javascript", "application/javascript")


def without_workers(site: Site) -> Site:
    """Return the site with a page that loads PyScript with our module, which needs no eval."""
    tree = HtmlTree(site.files[site.entry].decode("utf-8"))
    for element in tree.elements:
        if element.tag == "script" and local_path(element.attributes.get("src", "")) == CORE:
            if LOADER not in site.files:
                raise BuildError(f"{LOADER} is missing. Run “make run”: it repairs the runtime.")
            tree.put_attribute(element, "src", LOADER)
    return Site({**site.files, site.entry: tree.edited().encode()}, site.entry)


def secured(site: Site, *, alone: str = "", connect: Sequence[str] = ()) -> Site:
    """Return the site with a policy in its page, and hashes of its scripts and styles.

    `alone` is the site's page that needs no other files; `connect` are other origins that the page may
    connect to. Raises BuildError if the page contains anything that the policy would block.
    """
    tree = HtmlTree(site.files[site.entry].decode("utf-8"))
    refuse_handlers(site.entry, tree)
    script = PLACE % {"alone": f"location.replace({json.dumps(alone)});" if alone else ";"}
    script += boot_watch(asked_language(tree))
    import_map = _import_map(site, tree)
    inline = map(_hash, [script, import_map, *_inline(tree)])
    styles = [_hash(tree.text_of(element)) for element in tree.elements if element.tag == "style"]
    for element in tree.elements:
        name = local_path(element.attributes.get("src", element.attributes.get("href", "")))
        if name in site.files and (_is_code(element) or MEDIA in element.attributes):
            tree.put_attribute(element, "integrity", _integrity(site.files[name]))
            # In a sandboxed frame, all files are cross-origin, and hashes can be checked with CORS
            # only.
            if "crossorigin" not in element.attributes:
                tree.put_attribute(element, "crossorigin", "anonymous")
    styled = has_style_attributes(site, tree)
    said = policy(
        scripts=inline,
        styles=styles,
        style_attributes=styled,
        connect=connect,
        with_site=has_site(tree),
    )
    preloads = "".join(
        f'<link rel="modulepreload" href="./{name}" integrity="{_integrity(site.files[name])}">\n'
        for name in modules_of(site)
    )
    import_map = f'<script type="importmap">{import_map}</script>'
    head = tree.first("head")
    if head is not None and head.is_closed:
        # After what the forms' first sight needs: a browser fetches in this order.
        tree.insert(head.close, preloads)
        preloads = ""
    add_policy(site.entry, tree, said, f"{import_map}\n<script>{script}</script>\n{preloads}")
    return Site({**site.files, site.entry: tree.edited().encode()}, site.entry)


def _import_map(site: Site, tree: HtmlTree) -> str:
    """Return an import map with the hashes of all scripts, merged with the author's import maps.

    Browsers use it to check what modules import (HTML, "module integrity map"). Not every browser
    accepts several maps. Raises BuildError if an author's map is not a JSON object.
    """
    merged: dict[str, Any] = {}
    for element in tree.elements:
        if not _is_import_map(element):
            continue
        try:
            given = json.loads(tree.text_of(element))
            for part, entries in given.items():
                merged[part] = {**entries, **merged.get(part, {})}
        except (ValueError, AttributeError, TypeError) as error:
            line = tree.text.count("\n", 0, element.start) + 1
            raise BuildError(
                f"{site.entry}:{line}: the import map is not a JSON object: {error}. Correct it."
            ) from error
        tree.replace(element, "")
    own = {
        f"./{name}": _integrity(content)
        for name, content in sorted(site.files.items())
        if name.endswith(".js") and posixpath.basename(name) not in _OF_WORKERS
    }
    merged["integrity"] = {**own, **merged.get("integrity", {})}
    return json.dumps(merged, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")


def _is_import_map(element: Element) -> bool:
    kind = element.attributes.get("type", "").strip().lower()
    return element.tag == "script" and kind == "importmap"


def policy(
    *,
    own: str = "'self'",
    scripts: Iterable[str] = (),
    styles: Iterable[str] = (),
    style_attributes: bool = False,
    connect: Iterable[str] = (),
    with_site: bool = False,
) -> str:
    """Return the policy of a page. `own` is the source of its files; the rest allows more.

    A page `with_site` shows what Django renders in it: its files are object URLs, and its markup may have
    styles and listeners in attributes, as on a server.
    """
    rules = {
        "default-src": ["'none'"],
        "script-src": [own, "'wasm-unsafe-eval'", *scripts],
        "connect-src": [own, *connect, "blob:"],
        "img-src": [own, "data:"],
        "style-src": [own, *styles],
        **({"style-src-attr": ["'unsafe-inline'"]} if style_attributes else {}),
        "font-src": [own, "data:"],
        "manifest-src": [own],
        "worker-src": [own],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
    if with_site:
        rules |= {
            "script-src": [*rules["script-src"], "blob:"],
            "script-src-attr": ["'unsafe-inline'"],
            "style-src": [own, "blob:", "'unsafe-inline'"],
            "style-src-attr": ["'unsafe-inline'"],
            "img-src": [own, "blob:", "data:"],
            "font-src": [own, "blob:", "data:"],
            "media-src": [own, "blob:"],
            "frame-src": [own, "blob:"],
        }
    return "; ".join(" ".join(dict.fromkeys([name, *sources])) for name, sources in rules.items())


def add_policy(entry: str, tree: HtmlTree, said: str, behind: str) -> None:
    """Insert the policy as early as possible in the head, followed by `behind`.

    Raises BuildError if the page has no head.
    """
    head = tree.first("head")
    if head is None:
        raise BuildError(f"{entry} has no <head>. Write one into the template.")
    charset = next(
        (element for element in head.descendants() if "charset" in element.attributes), None
    )
    tree.insert(
        charset.inside if charset else head.inside,
        f'\n<meta http-equiv="Content-Security-Policy" content="{html.escape(said, quote=False)}">\n{behind}',
    )


def modules_of(site: Site, *, dynamic: bool = False) -> list[str]:
    """Return the JavaScript modules that the page imports, sorted, with `dynamic` imports on demand."""
    tree = HtmlTree.reading(site.files[site.entry].decode("utf-8"))
    found = {
        local_path(element.attributes.get("src", ""))
        for element in tree.elements
        if element.tag == "script" and element.attributes.get("type") == "module"
    }
    for name in configurations(site):
        interpreter = read_configuration(name, site.files[name]).get("interpreter", "")
        found.add(local_path(interpreter))
    waiting = found & site.files.keys()
    modules = set(waiting)
    while waiting:
        name = waiting.pop()
        imports = _IMPORT.findall(site.files[name])
        if dynamic:
            imports += _DYNAMIC_IMPORT.findall(site.files[name])
        imported = {local_path(url.decode(), posixpath.dirname(name)) for url in imports}
        waiting |= (imported & site.files.keys()) - modules
        modules |= waiting
    return sorted(modules)


def refuse_handlers(entry: str, tree: HtmlTree) -> None:
    """Raise BuildError if the page has listeners in attributes, which our policy blocks."""
    for element in tree.elements:
        for name in element.attributes:
            if name.startswith("on"):
                line = tree.text.count("\n", 0, element.start) + 1
                raise BuildError(
                    f"{entry}:{line}: <{element.tag} {name}=…> is blocked by the page's policy. "
                    "Add the listener in a script file."
                )


def has_site(tree: HtmlTree) -> bool:
    """Return whether the page shows a Django site."""
    return any("data-site" in element.attributes for element in tree.elements)


def has_style_attributes(site: Site, tree: HtmlTree) -> bool:
    """Return whether the page has `style=` attributes, or its author's Python may render some.

    For example, a formset may have no row yet, but a widget with such an attribute.
    """
    if any("style" in element.attributes for element in tree.elements):
        return True
    own = [content for name, content in site.files.items() if not name.startswith("static")]
    return any(_STYLE.search(text) for content in own for text in _texts(content))


def _texts(content: bytes) -> Iterator[bytes]:
    if not content.startswith(b"PK"):
        yield content
        return
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for name in packed.namelist():
            yield packed.read(name)


def _inline(tree: HtmlTree) -> Iterator[str]:
    for element in tree.elements:
        given = element.attributes
        if _is_import_map(element):
            continue  # they have been merged
        if element.tag == "script" and "src" not in given and _is_code(element):
            yield tree.text_of(element)


def _is_code(element: Element) -> bool:
    if element.tag == "script":
        return element.attributes.get("type", "").strip().lower() in _SCRIPTS
    return element.tag == "link" and element.attributes.get("rel") in (
        "stylesheet",
        "modulepreload",
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _integrity(content: bytes) -> str:
    # SHA-256 is short, which matters because a page has one for each module and hashes do not compress. Names
    # of folders and the worker rely on it too.
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"
