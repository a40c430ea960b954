"""Writes `pyscript.toml`: what PyScript loads, and which of the checkout's files the page gets.

The list of files is generated from what lies under `app/`; `--check` fails where it is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["configuration", "main", "page_files"]

ROOT = Path(__file__).resolve().parents[3]

#: What of `app/` goes into the page, as patterns below it: the engine and the browser layer, the
#: vocabulary between them, and the demo's forms. The rest runs elsewhere; `main.py` is fetched by
#: its own script tag.
PATTERNS = ("clientforms/*.py", "clientforms/engine/", "clientforms/browser/", "demo/")

#: Compiled files and whatever an editor or a file manager leaves behind.
IGNORED_SUFFIXES = (".pyc", ".pyo", ".swp", ".orig", "~")

HEADER = """\
# Written by app/clientforms/builder/files.py; `make format` renews it. Do not edit.
#
# The interpreter is Pyodide with Django, see static/interpreter.js. PyScript's own error box is off
# because static/boot.js and the forms' containers say what went wrong.
interpreter = "./static/interpreter.js"
plugins = ["!error", "!deprecations-manager"]

# app/ is the source root: it becomes the folder that Python starts in, which is on sys.path.
[files]
"""


def page_files(root: Path = ROOT) -> Iterator[str]:
    """Yield the paths below `app/` of the files that the page's Python gets, sorted."""
    app = root / "app"
    paths = {
        path for pattern in PATTERNS for path in (app / pattern).rglob("*") if pattern.endswith("/")
    } | {path for pattern in PATTERNS if not pattern.endswith("/") for path in app.glob(pattern)}
    for path in sorted(paths):
        name = path.relative_to(app)
        hidden = any(part.startswith((".", "__pycache__")) for part in name.parts)
        if path.is_file() and not hidden and not path.name.endswith(IGNORED_SUFFIXES):
            yield name.as_posix()


def configuration(root: Path = ROOT) -> str:
    """Return the whole text that `pyscript.toml` should have."""
    return HEADER + "".join(f'"./app/{name}" = "./{name}"\n' for name in page_files(root))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="files.py", description="Write pyscript.toml.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(argv)
    target = options.root / "pyscript.toml"
    wanted = configuration(options.root)
    if target.exists() and target.read_text(encoding="utf-8") == wanted:
        return 0
    if options.check:
        print(
            "pyscript.toml: its files are not those under app/. Run: make format", file=sys.stderr
        )
        return 1
    target.write_text(wanted, encoding="utf-8")
    print("Wrote pyscript.toml")
    return 0


if __name__ == "__main__":
    sys.exit(main())
