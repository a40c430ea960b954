"""Minify the page's own scripts for built sites. In a checkout, pages load the sources."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from .archives import make_once, run_node
from .packages import node_module

__all__ = ["FOLDER", "minify", "source_hashes"]

FOLDER = "scripts"
"""Their folder in the runtime."""

SCRIPT = Path(__file__).with_suffix(".js")


def minify(root: Path, folder: Path, target: Path) -> None:
    """Write the scripts in `folder` minified into `target`, with the same names.

    It takes a second, so the result is cached. Raises RuntimeAssemblyError if terser fails.
    """
    terser = node_module(root, "terser")
    sources = _scripts(folder)
    made_from = [SCRIPT, terser / "package.json", *sources]
    target.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        together = Path(scratch) / "scripts.json"
        make_once(
            root, (path.read_bytes() for path in made_from), together,
            lambda path: run_node(SCRIPT, *map(str, (terser, path, *sources))),
        )  # fmt: skip
        for name, text in json.loads(together.read_text("utf-8")).items():
            (target / name).write_text(text, "utf-8")


def source_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each script in `folder` by name, to detect changes after minifying."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _scripts(folder)}


def _scripts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.js"))
