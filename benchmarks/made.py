"""What the benchmark needs beyond the page's own set-up, made once under `benchmarks/made/`.

Wheels for stock PyScript, a Pyodide that has micropip beside it, and the peers' bundles.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = ["FOLDER", "MadeError", "make_peers", "make_stock"]

HERE = Path(__file__).parent
ROOT = HERE.parent
FOLDER = HERE / "made"
PEERS = HERE / "peers"

WHEELS = HERE / "wheels.txt"
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


class MadeError(Exception):
    """A package could not be installed, or a bundle not be built."""


def make_stock() -> None:
    """Make what `pages/stock.html` loads: Django as wheels, through micropip."""
    _once(FOLDER / "stock", [WHEELS, Path(__file__)], _make_stock)


def make_peers() -> None:
    """Install the peers' npm packages and bundle each with its page's script."""
    sources = [
        path
        for pattern in ("*/package-lock.json", "*/*.jsx", "*/*.js", "*.js")
        for path in sorted(PEERS.glob(pattern))
    ]
    _once(FOLDER / "peers", [*sources, Path(__file__)], _make_peers)


def _make_stock(target: Path) -> None:
    wheels = target / "wheels"
    print("Fetching Django's wheels and micropip (once)…", flush=True)
    _run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--python-version", "3.14", "--ignore-requires-python", "--only-binary",
         ":all:", "--require-hashes", "--requirement", str(WHEELS), "--dest", str(wheels)]
    )  # fmt: skip
    package = ROOT / "node_modules" / "pyodide"
    pyodide = target / "pyodide"
    pyodide.mkdir()
    for name in PYODIDE:
        shutil.copyfile(package / name, pyodide / name)
    (micropip,) = wheels.glob("micropip-*.whl")
    listed = json.loads((package / "pyodide-lock.json").read_text("utf-8"))
    entry = listed["packages"]["micropip"]
    if entry["file_name"] != micropip.name:
        raise MadeError(f"Pyodide asks for {entry['file_name']}; write that into {WHEELS.name}.")
    # The same version, built another time: its bytes differ from those that Pyodide's list knows.
    entry["sha256"] = hashlib.sha256(micropip.read_bytes()).hexdigest()
    (pyodide / "pyodide-lock.json").write_text(json.dumps(listed), "utf-8")
    micropip.rename(pyodide / micropip.name)
    # Django last: micropip finds what it needs among what is there already.
    names = sorted((path.name for path in wheels.iterdir()), key=lambda name: "django" in name)
    configuration = json.dumps({"names": names})
    (target / "stock.js").write_text(
        f"""// Made by benchmarks/made.py. micropip takes whole addresses only.
{{
  const {{ names }} = {configuration};
  const here = new URL("./", document.currentScript.src).href;
  document.querySelector("script[type=py]").setAttribute("config", JSON.stringify({{
    interpreter: `${{here}}pyodide/pyodide.mjs`,
    packages: names.map((name) => `${{here}}wheels/${{name}}`),
  }}));
}}
""",
        "utf-8",
    )


def _make_peers(target: Path) -> None:
    print("Installing and bundling the peers (once)…", flush=True)
    for folder in sorted(path.parent for path in PEERS.glob("*/package-lock.json")):
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        _run(command, cwd=folder)
    bundler = PEERS / "react_hook_form" / "node_modules" / ".bin" / "esbuild"
    for source in sorted(PEERS.glob("*/*.jsx")):
        _run(
            [str(bundler), str(source), "--bundle", "--minify", "--format=iife",
             "--target=chrome120", "--define:process.env.NODE_ENV=\"production\"",
             "--define:global=window", "--log-level=warning",
             f"--outfile={target / source.parent.name}.js"]
        )  # fmt: skip


def _once(target: Path, sources: Iterable[Path], make: Callable[[Path], None]) -> None:
    """Call `make` with an empty folder `target`, unless it was made from these sources already."""
    digest = hashlib.sha256()
    for path in sources:
        digest.update(path.read_bytes())
    stamp = target / "made-from"
    if stamp.is_file() and stamp.read_text("utf-8") == digest.hexdigest():
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    make(target)
    stamp.write_text(digest.hexdigest(), "utf-8")


def _run(command: list[str], cwd: Path = ROOT) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-2000:]
        raise MadeError(f"{' '.join(command[:3])}… failed in {cwd}:\n{words}")
