"""Put a site's files into folders with hashes of their content, so that caches may keep them forever.

`static/` becomes `static-HASH/`, everything else goes to `site-HASH/`. So changed forms leave the
runtime in place, and references inside a folder stay valid; only the entry page and PyScript's
configuration refer to other folders. Names are changed to ones that every host serves: in lower case,
and without a leading underscore.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from ..output.site_files import BuildError, Site
from .html_tree import HtmlTree
from .references import REFERRING_SUFFIXES, with_others

__all__ = [
    "MEDIA",
    "REFERRING",
    "configurations",
    "hashed",
    "local_path",
    "read_configuration",
    "with_references",
]

REFERRING = ("src", "href", "config", "poster", "data", "data-source")
"""The attributes that may refer to a file of the site."""

MEDIA = "data-media"
"""The attribute with the original URL of a form's media, by which Python knows it."""


def hashed(site: Site) -> Site:
    """Return the site with new names and updated references. Raises BuildError."""
    names = {name: _sent_everywhere(name) for name in site.files}
    if len(set(names.values())) < len(names):
        twice = sorted(name for name in names if list(names.values()).count(names[name]) > 1)
        raise BuildError(f"{twice[0]} and {twice[1]} would get the same name. Rename one of them.")
    files = dict(site.files)
    configured = set(configurations(site))
    ours = {name for name in files if name.startswith("static/")}
    _refer(files, ours, names)
    static = f"static-{_digest({name: files[name] for name in ours})}"
    moved = {name: static + names[name].removeprefix("static") for name in ours}
    rest = files.keys() - ours - {site.entry}
    for name in rest:
        moved[name] = f"site/{names[name]}"
    _refer(files, rest, moved)
    of_page = _mover(moved, "", "")
    for name in configured & rest:
        of_config = _mover(moved, posixpath.dirname(name), posixpath.dirname(moved[name]))
        config = read_configuration(name, files[name])
        files[name] = _json(with_references(config, interpreter=of_page, files=of_config))
        moved[name] = f"{posixpath.splitext(moved[name])[0]}.json"
    site_folder = f"site-{_digest({moved[name]: files[name] for name in rest})}"
    for name in rest:
        moved[name] = site_folder + moved[name].removeprefix("site")
    tree = HtmlTree(files[site.entry].decode("utf-8"))
    _rewrite(tree, of_page)
    return Site(
        {moved.get(name, name): content for name, content in files.items()}
        | {site.entry: tree.edited().encode()},
        site.entry,
    )


def local_path(url: str, base: str = "") -> str:
    """Return the path in the site that `url`, relative to the folder `base`, means; empty if none."""
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    if not path or path.startswith("/") or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", path):
        return ""
    return posixpath.normpath(posixpath.join(base, unquote(path)))


def configurations(site: Site) -> Iterator[str]:
    """Yield the site's configurations of PyScript to which the entry page refers."""
    for element in HtmlTree.reading(site.files[site.entry].decode("utf-8")).elements:
        if element.tag == "script" and "config" in element.attributes:
            name = local_path(element.attributes["config"])
            if name in site.files:
                yield name


def read_configuration(name: str, content: bytes) -> dict[str, Any]:
    """Return a configuration of PyScript, in TOML or JSON. Raises BuildError."""
    try:
        text = content.decode("utf-8")
        return dict(tomllib.loads(text) if name.endswith(".toml") else json.loads(text))
    except ValueError as error:
        raise BuildError(f"{name}: {error}. Correct PyScript's configuration.") from error


def with_references(
    config: Mapping[str, Any], *, interpreter: Callable[[str], str], files: Callable[[str], str]
) -> dict[str, Any]:
    """Return the configuration with its URLs converted by these functions.

    The URL of the interpreter is relative to the page, those of files to the configuration.
    """
    changed = dict(config)
    if "interpreter" in changed:
        changed["interpreter"] = interpreter(changed["interpreter"])
    if "files" in changed:
        changed["files"] = {files(url): place for url, place in changed["files"].items()}
    return changed


def _rewrite(tree: HtmlTree, to: Callable[[str], str]) -> None:
    for element in tree.elements:
        for name in REFERRING:
            url = element.attributes.get(name)
            if url and to(url) != url:
                tree.put_attribute(element, name, to(url))


def _refer(files: dict[str, bytes], some: Iterable[str], names: Mapping[str, str]) -> None:
    """Update references in files to others that get new names."""
    for name in some:
        suffix = posixpath.splitext(name)[1]
        if suffix not in REFERRING_SUFFIXES:
            continue
        to = _mover(names, posixpath.dirname(name), posixpath.dirname(names[name]))
        text = files[name].decode("utf-8", "surrogateescape")
        files[name] = with_others(suffix, text, to).encode("utf-8", "surrogateescape")


def _mover(moved: Mapping[str, str], old: str, new: str) -> Callable[[str], str]:
    """Return a function that converts a URL relative to the folder `old` to one relative to `new`."""

    def to(url: str) -> str:
        path = local_path(url, old)
        if path not in moved:
            return url
        place = posixpath.relpath(moved[path], new or ".")
        rest = url[len(re.split(r"[?#]", url, maxsplit=1)[0]) :]
        return (place if place.startswith("../") else f"./{place}") + rest

    return to


def _sent_everywhere(name: str) -> str:
    """Return `name` in a form that no host refuses, hides, or confuses with another."""
    parts = []
    for part in name.split("/"):
        sent = re.sub(r"[^a-z0-9._-]+", "-", part.lower()).lstrip("._-")
        if sent != part:  # keep changed names distinct
            stem, dot, suffix = sent.partition(".")
            mark = hashlib.sha256(part.encode()).hexdigest()[:6]
            sent = f"{stem}-{mark}{dot}{suffix}"
        parts.append(sent)
    return "/".join(parts)


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()
