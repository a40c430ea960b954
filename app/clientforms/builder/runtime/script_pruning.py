"""Remove from Pyodide's script what its trimmed interpreter never asks for, and minify the rest.

Emscripten gives Pyodide all of its libraries, for compiled code that is loaded later: sockets, WebGL, sound, and
more. Pages load no such code. The script under Node, which takes the snapshots, keeps everything: it reads files
of the computer.
"""

from __future__ import annotations

from pathlib import Path

from .archives import make_once, run_node
from .packages import node_module

__all__ = ["prune"]

SCRIPT = Path(__file__).with_suffix(".js")


def prune(root: Path, given: Path, wasm: Path, asking: list[Path], target: Path) -> None:
    """Write the script `given` to `target`, with what `wasm` imports and the scripts `asking` name.

    It takes a few seconds, so the result is cached. Raises RuntimeAssemblyError if acorn or terser fails, or if the
    script differs from what `script_pruning.js` expects.
    """
    acorn, terser = node_module(root, "acorn"), node_module(root, "terser")
    made_from = [SCRIPT, acorn / "package.json", terser / "package.json", given, wasm, *asking]
    make_once(
        root, (path.read_bytes() for path in made_from), target,
        lambda path: run_node(SCRIPT, *map(str, (acorn, terser, given, wasm, path, *asking))),
    )  # fmt: skip
