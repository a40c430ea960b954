"""Build the whole page as one HTML file, which can be opened from a disk, without a network.

From a disk, browsers allow neither modules nor fetches, so the files are in the page as base64, and
`single_file.js` makes object URLs of them. References between files become such URLs, `data:` URLs, or
names in an import map.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import mimetypes
import posixpath
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..html.hashed_names import (
    MEDIA,
    REFERRING,
    configurations,
    local_path,
    read_configuration,
    with_references,
)
from ..html.html_tree import Element, HtmlTree
from ..html.references import CSS_IMPORT, CSS_URL, with_others
from ..output.site_files import Site
from .content_security_policy import (
    add_policy,
    has_site,
    has_style_attributes,
    modules_of,
    policy,
    refuse_handlers,
    without_workers,
)
from .runtime_files import AT_ONCE, LATER, RUNTIME, language_files

__all__ = ["single_file"]

_LOADER = Path(__file__).with_suffix(".js")


def single_file(site: Site, *, connect: Sequence[str] = ()) -> bytes:
    """Return the entry page of `site` with all files that it needs inside. Raises BuildError.

    `connect` are the origins that the page's scripts may connect to.
    """
    site = without_workers(site)
    page = site.files[site.entry].decode("utf-8")
    tree = HtmlTree(page)
    refuse_handlers(site.entry, tree)
    modules = {name: site.files[name].decode("utf-8") for name in modules_of(site, dynamic=True)}
    nonce = hashlib.sha256(b"".join(site.files[name] for name in sorted(site.files))).hexdigest()[
        :32
    ]
    interpreter, scripts, last = "", [], []
    for element in tree.elements:
        given = element.attributes
        name = local_path(given.get("src") or given.get("href", ""))
        if element.tag == "script" and given.get("type") == "py":
            interpreter = _configure(site, tree, element) or interpreter
        elif element.tag == "script" and given.get("type") == "module" and name in modules:
            scripts.append(_bare(name))
            tree.replace(element, "")
        elif element.tag == "script" and name in site.files:
            inline = _script(site.files[name].decode("utf-8"), nonce, _kept(given, MEDIA, "type"))
            last += [inline] if "defer" in given else []
            tree.replace(element, "" if "defer" in given else inline)
        elif element.tag in ("script", "style") and not name:
            tree.put_attribute(element, "nonce", nonce)
        elif element.tag == "link" and given.get("rel") == "stylesheet" and name in site.files:
            text = _style(site, name)
            kept = _kept(given, MEDIA, "media")
            tree.replace(element, f'<style nonce="{nonce}"{kept}>{text}</style>')
        else:
            _embed_references(site, tree, element)
    said = policy(
        own="blob:",
        scripts=[f"'nonce-{nonce}'"],
        styles=[f"'nonce-{nonce}'"],
        style_attributes=has_style_attributes(site, tree),
        connect=["data:", *connect],
        with_site=has_site(tree),
    )
    add_policy(site.entry, tree, said, _script(_LOADER.read_text("utf-8"), nonce))
    begin = f"clientforms.begin({json.dumps([nonce, interpreter, scripts])[1:-1]});"
    blocks = [*last, *_blocks(site, page, modules, _script(begin, nonce))]
    body = tree.first("body")
    assert body is not None
    tree.insert(body.close, "\n".join(["", *blocks, ""]))
    return tree.edited().encode()


def _blocks(site: Site, page: str, modules: dict[str, str], begin: str) -> Iterator[str]:
    """Yield the files as elements, in the order in which they are used."""
    texts = {_bare(name): _with_bare_imports(name, text, modules) for name, text in modules.items()}
    yield _block("modules", zlib.compress(json.dumps(texts, sort_keys=True).encode(), 9))
    for name in (*AT_ONCE, *language_files(site, page)):
        yield _block(name, site.files[RUNTIME + name])
    yield begin
    for name in LATER:
        packed = site.files.get(f"{RUNTIME}{name.removesuffix('.zip')}.data")
        if packed:
            yield _block(name, packed, " data-zstd")
        else:
            yield _block(name, site.files[RUNTIME + name])


def _configure(site: Site, tree: HtmlTree, element: Element) -> str:
    """Put PyScript's configuration and its Python files into the page; return the interpreter."""
    interpreter = ""
    name = local_path(element.attributes.get("config", ""))
    if name in configurations(site):
        folder = posixpath.dirname(name)
        config = read_configuration(name, site.files[name])
        interpreter = _bare(local_path(config.get("interpreter", "")))
        inside = with_references(
            config,
            interpreter=lambda _: "./interpreter.js",
            files=lambda url: _data(site, local_path(url, folder)) or url,
        )
        text = html.escape(json.dumps(inside, sort_keys=True))
        tree.put_attribute(element, "config", text)
    source = local_path(element.attributes.get("src", ""))
    if source in site.files:
        tree.put_attribute(element, "src", _data(site, source))
    return interpreter


def _embed_references(site: Site, tree: HtmlTree, element: Element) -> None:
    if element.tag == "a":
        return
    for attribute in REFERRING:
        address = _data(site, local_path(element.attributes.get(attribute, "")))
        if address:
            tree.put_attribute(element, attribute, address)


def _data(site: Site, name: str) -> str:
    if name not in site.files:
        return ""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = "text/plain" if name.endswith(".py") else kind
    return f"data:{kind};base64,{base64.b64encode(site.files[name]).decode()}"


def _style(site: Site, name: str, *outer: str) -> str:
    """Return a style sheet with all files that it refers to inside; `outer` are its importers."""
    folder = posixpath.dirname(name)

    def imported(found: re.Match[str]) -> str:
        other, media = local_path(found[1], folder), found[2].strip()
        if other not in site.files or other in (*outer, name):
            return found[0]
        text = _style(site, other, *outer, name)
        return f"@media {media} {{\n{text}\n}}" if media else text

    def inside(found: re.Match[str]) -> str:
        address = _data(site, local_path(found[2], folder))
        return f'url("{address}")' if address else found[0]

    text = site.files[name].decode("utf-8")
    text = CSS_URL.sub(inside, CSS_IMPORT.sub(imported, text))
    return text.replace("</style", "<\\/style")


def _bare(name: str) -> str:
    return f"clientforms/{name}"


def _with_bare_imports(name: str, text: str, modules: Iterable[str]) -> str:
    folder = posixpath.dirname(name)

    def bare(url: str) -> str:
        imported = local_path(url, folder)
        return _bare(imported) if imported in modules else url

    return with_others(".js", text, bare)


def _kept(given: dict[str, str], *names: str) -> str:
    """Return the source of those of an element's attributes."""
    return "".join(f' {name}="{html.escape(given[name])}"' for name in names if given.get(name))


def _script(text: str, nonce: str, more: str = "") -> str:
    text = re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)
    return f'<script nonce="{nonce}"{more}>{text}</script>'


def _block(name: str, content: bytes, more: str = "") -> str:
    text = base64.b64encode(content).decode()
    return f'<script type="application/octet-stream" data-file="{name}"{more}>{text}</script>'
