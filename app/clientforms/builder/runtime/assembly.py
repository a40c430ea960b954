"""Assemble `static/runtime/`: PyScript, Pyodide's core, the Python packages and the snapshots.

Everything comes from what set-up installed (`node_modules/`, `.venv/`, and `.django/` if the
environment's DJANGO names another release); nothing is downloaded. The result is written beside the
old runtime, and replaces it when it is complete.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .archives import CATALOGS, compiled, stored
from .compression import compress_once, copy_decoder
from .left_out_modules import LEFT_OUT, WHOLE
from .minifier import FOLDER, minify, source_hashes
from .packages import (
    COMPILED_CONTRIB,
    COMPILED_SITE,
    LIBRARY_IMPORTS,
    PACKAGES,
    RuntimeAssemblyError,
    node_module,
    package,
)
from .script_patches import PATCHES, slim_file, slim_pyscript
from .script_pruning import prune
from .snapshot import SMALL, WITH_MODELS, WITH_SITE, code_hash, take_snapshots
from .wasm_trimming import trim

__all__ = ["assemble", "is_current", "main"]

ROOT = Path(__file__).resolve().parents[4]

SCRIPTS = ROOT / "static"
"""The page's own scripts."""

PYSCRIPT = ("core.js", "core.css", "core-", "deprecations-", "donkey-", "error-", "py-", "toml-")
"""The files of PyScript's distribution that a page may load, or prefixes of their names."""

USING_PYODIDE = ("snapshot.js", "interpreter.js", "died.js", "site/storage.js", "bench.html")
"""The page's own files that use Pyodide's module or its file system."""

AT_THE_START = ("error", "toml")
"""Files that the core imports before Python starts, renamed so that static/boot.js can prefetch them."""

PYODIDE = {
    # Not .mjs, which some servers send with a wrong type.
    "pyodide.mjs": "pyodide.js",
    "pyodide.asm.mjs": "pyodide.asm.js",
}

_FOR_BUILDS = ("manifest.json", "modules.json", COMPILED_CONTRIB, COMPILED_SITE, LIBRARY_IMPORTS)
"""Files that only builds need: no page fetches them, and no site ships them."""

MAKERS = (
    "archives.py", "assembly.py", "compile.js", "compression.py", "known_code.py", "lean_code.py", "left_out_modules.py", "minifier.js", "minifier.py", "models_snapshot.py",
    "module_imports.py", "omitted_modules.py", "packages.py", "script_patches.py", "script_pruning.js", "script_pruning.py",
    "site_snapshot.py", "snapshot.js", "snapshot.py", "start_scripts.py", "wasm_contents.js", "wasm_reachability.py", "wasm_trimming.js", "wasm_trimming.py",
)  # fmt: skip
"""The modules on which the runtime depends."""


def main(argv: Sequence[str] | None = None) -> int:
    """Assemble the runtime if it is missing or out of date; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    root: Path = parser.parse_args(argv).root
    try:
        if not is_current(root):
            print("Assembling the browser runtime (a few seconds, once)…", flush=True)
            assemble(root)
    except RuntimeAssemblyError as error:
        print(f"runtime: {error}", file=sys.stderr)
        return 1
    return 0


def is_current(root: Path) -> bool:
    """Return whether `static/runtime/` is complete and made from the installed sources."""
    manifest = root / "static" / "runtime" / "manifest.json"
    try:
        made_from = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made_from == _manifest(root, root / "static" / "runtime"))


def assemble(root: Path) -> None:
    """Write `static/runtime/` anew. Raises RuntimeAssemblyError naming what is missing."""
    static = root / "static"
    target = static / "runtime"
    for left_over in static.glob("runtime.*"):
        shutil.rmtree(left_over)
    fresh = Path(tempfile.mkdtemp(prefix="runtime.", dir=static))
    fresh.chmod(0o755)
    try:
        _copy_pyscript(root, fresh / "pyscript")
        _copy_pyodide(root, fresh / "pyodide")
        _copy_sortable(root, fresh)
        copy_decoder(root, fresh)
        _copy_workbox(root, fresh)
        minify(root, SCRIPTS, fresh / FOLDER)
        _copy_archives(root, fresh)
        take_snapshots(root, fresh)
        _copy_idiomorph(root, fresh / WITH_SITE)
        _describe(fresh)
        manifest = json.dumps(_manifest(root, fresh), indent=2, sort_keys=True)
        (fresh / "manifest.json").write_text(manifest + "\n", "utf-8")
        if target.exists():
            target.rename(static / "runtime.old")
        fresh.rename(target)
    finally:
        for left_over in static.glob("runtime.*"):
            shutil.rmtree(left_over)


def _manifest(root: Path, runtime: Path) -> dict[str, object]:
    """Return the versions and hashes that the runtime was made from, and the sizes of its files."""
    versions = {name: package(root, name).version for name in PACKAGES}
    sizes = {
        path.relative_to(runtime).as_posix(): path.stat().st_size
        for path in sorted(runtime.rglob("*"))
        if path.is_file() and path.name not in _FOR_BUILDS
    }
    for name in (
        "acorn",
        "pyodide",
        "@pyscript/core",
        "idiomorph",
        "sortablejs",
        "terser",
        "workbox-window",
        "zstddec",
    ):
        described = node_module(root, name) / "package.json"
        versions[name] = json.loads(described.read_text("utf-8"))["version"]
    code = hashlib.sha256()
    for path in (
        *(Path(__file__).with_name(name) for name in MAKERS),
        *sorted(PATCHES.glob("*.js")),
        *sorted(CATALOGS.rglob("*.po")),
    ):
        code.update(path.read_bytes())
    return {
        "versions": versions,
        "made_by": code.hexdigest(),
        "clientforms": code_hash(root),
        "scripts": source_hashes(SCRIPTS),
        "sizes": sizes,
    }


def _describe(target: Path) -> None:
    """Write the modules with hashes and sizes of files, for scripts that need them early."""
    interpreter = "pyodide/pyodide.asm.data"
    for folder, snapshot, other in (
        (target, target, target),
        (target / WITH_MODELS, target / WITH_MODELS, target),
        (target / WITH_SITE, target / WITH_SITE, target / WHOLE),
        (target / WHOLE, target, target / WHOLE),
        (target / WHOLE / WITH_MODELS, target / WITH_MODELS, target / WHOLE),
    ):
        files = {
            interpreter: other / interpreter,
            "snapshot.data": snapshot / "snapshot.data",
        }
        versions = {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
        }
        sizes = {name: path.stat().st_size for name, path in files.items()}
        folder.mkdir(exist_ok=True)
        content = {"versions": versions, "sizes": sizes}
        lines = [
            f"export const {name} = {json.dumps(each, indent=2)};\n"
            for name, each in content.items()
        ]
        (folder / "versions.js").write_text("".join(lines), "utf-8")


def _copy_pyscript(root: Path, target: Path) -> None:
    package = node_module(root, "@pyscript/core")
    target.mkdir()
    for source in sorted((package / "dist").iterdir()):
        if source.name.startswith(PYSCRIPT) and source.suffix != ".map":
            shutil.copyfile(source, target / source.name)
    shutil.copyfile(package / "LICENSE", target / "license.txt")
    core = next(target.glob("core-*.js"))
    core.write_text(slim_pyscript(core.read_text("utf-8")), "utf-8")
    for name in AT_THE_START:
        imports = re.findall(rf'import\("\./({name}-[\w-]+\.js)"\)', core.read_text("utf-8"))
        if len(set(imports)) != 1:
            raise RuntimeAssemblyError(
                f"{core.name} does not import {name} as expected. Adapt assembly.py to it."
            )
        (target / imports[0]).rename(target / f"{name}.js")
        for script in target.glob("*.js"):
            text = script.read_text("utf-8")
            script.write_text(text.replace(f'"./{imports[0]}"', f'"./{name}.js"'), "utf-8")


def _copy_pyodide(root: Path, target: Path) -> None:
    package = node_module(root, "pyodide")
    target.mkdir()
    for name, new_name in PYODIDE.items():
        shutil.copyfile(package / name, target / new_name)
    script, wasm = target / "pyodide.asm.js", target / "pyodide.asm.wasm"
    given = package / wasm.name
    callers = [target / "pyodide.js", Path(__file__).with_name("snapshot.js")]
    callers += [SCRIPTS / name for name in USING_PYODIDE]
    with tempfile.TemporaryDirectory() as scratch:
        slimmed = Path(scratch) / script.name
        slim_file(script, slimmed)
        # In turns, because each names what the other has to keep.
        trim(root, given, [*callers, slimmed], wasm)
        prune(root, slimmed, wasm, callers, script)
    trim(root, given, [*callers, script], wasm)
    trim(root, given, [*callers, script], target / SMALL, LEFT_OUT)


def _copy_sortable(root: Path, target: Path) -> None:
    package = node_module(root, "sortablejs")
    # The classic script, which can be loaded even where module scripts are blocked.
    shutil.copyfile(package / "Sortable.min.js", target / "sortable.js")
    shutil.copyfile(package / "LICENSE", target / "sortable-license.txt")


def _copy_idiomorph(root: Path, target: Path) -> None:
    package = node_module(root, "idiomorph")
    shutil.copyfile(package / "dist" / "idiomorph.min.js", target / "idiomorph.js")
    shutil.copyfile(package / "LICENSE", target / "idiomorph-license.txt")


def _copy_workbox(root: Path, target: Path) -> None:
    scripts = [
        (node_module(root, f"workbox-{name}") / "build" / f"workbox-{name}.prod.js").read_text(
            "utf-8"
        )
        for name in ("core", "routing", "strategies", "precaching")  # in order of dependence
    ]
    window = node_module(root, "workbox-window")
    scripts.append((window / "build" / "workbox-window.prod.mjs").read_text("utf-8"))
    *worker, page = (re.sub(r"\n//# sourceMappingURL=.*", "", text) for text in scripts)
    (target / "workbox.js").write_text("".join(worker), "utf-8")
    (target / "workbox-window.js").write_text(page, "utf-8")
    shutil.copyfile(window / "LICENSE", target / "workbox-license.txt")


def _copy_archives(root: Path, target: Path) -> None:
    archives = compiled(root)
    shutil.copytree(archives / "languages", target / "languages")
    for name in (COMPILED_CONTRIB, COMPILED_SITE, LIBRARY_IMPORTS):
        shutil.copyfile(archives / name, target / name)
    for name, folder in (("site-packages", target), ("python_stdlib", target / "pyodide")):
        archive = archives / f"{name}.zip"
        shutil.copyfile(archive, folder / archive.name)
        # For pages of one file: a third smaller.
        compress_once(root, stored(archive.read_bytes()), folder / f"{name}.data")


if __name__ == "__main__":
    sys.exit(main())
