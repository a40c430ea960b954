"""Write `pyscript.toml` and `static/bench.toml`: what PyScript loads, and the files of a page.

The lists are generated from the content of `app/`; `--check` fails if one is out of date.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

__all__ = [
    "NO_PLUGINS",
    "PAGES",
    "PLUGINS_OFF",
    "configuration",
    "is_left_over",
    "main",
    "page_files",
]

ROOT = Path(__file__).resolve().parents[4]

#: The files of `app/` for each page's configuration, as patterns: the page's own forms.
#: clientforms itself is part of the interpreter, and `main.py` has its own script tag.
PAGES = {"pyscript.toml": ("demo/",), "static/bench.toml": ("bench/",)}

#: Compiled files, and files left behind by an editor, a merge or a file manager.
IGNORED_SUFFIXES = (".pyc", ".pyo", ".swp", ".swo", ".orig", ".rej", ".bak", ".tmp", "~")

PLUGINS_OFF = (
    "!error",
    "!deprecations-manager",
    "!donkey",
    "!py-editor",
    "!py-game",
    "!py-terminal",
)
"""PyScript's setting `plugins` without any: it would fetch them before Python starts."""

NO_PLUGINS = "plugins = [\n    " + "".join(f'"{name}", ' for name in PLUGINS_OFF).rstrip() + "\n]"
"""The same as a line of a configuration."""

HEADER = f"""\
# Written by app/clientforms/builder/output/page_files.py; `make format` renews it. Do not edit.
#
# The interpreter is Pyodide with Django and clientforms, see static/interpreter.js. PyScript's own
# error box is off because static/boot.js and the forms' containers say what went wrong, and its editor,
# its terminal and the like because each would be fetched before Python starts.
interpreter = "{{up}}static/interpreter.js"
{NO_PLUGINS}

# app/ is the source root: it becomes the folder that Python starts in, which is on sys.path.
[files]
"""


def is_left_over(name: PurePath) -> bool:
    """Return whether a file, by its path below an author's folder, is hidden, compiled or a backup."""
    is_hidden = any(part.startswith((".", "#", "__pycache__")) for part in name.parts)
    return is_hidden or name.name.endswith(IGNORED_SUFFIXES)


def page_files(root: Path = ROOT, page: str = "pyscript.toml") -> Iterator[str]:
    """Yield the paths of the page's Python files below `app/`, sorted."""
    app, patterns = root / "app", PAGES[page]
    paths = {
        path for pattern in patterns for path in (app / pattern).rglob("*") if pattern.endswith("/")
    } | {path for pattern in patterns if not pattern.endswith("/") for path in app.glob(pattern)}
    for path in sorted(paths):
        name = path.relative_to(app)
        if path.is_file() and not is_left_over(name):
            yield name.as_posix()


def configuration(root: Path = ROOT, page: str = "pyscript.toml") -> str:
    """Return the full text of the configuration `page`."""
    up = "../" * page.count("/") or "./"
    files = "".join(f'"{up}app/{name}" = "./{name}"\n' for name in page_files(root, page))
    return HEADER.format(up=up) + files


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="page_files.py", description="Write the lists of files.")
    parser.add_argument("--check", action="store_true", help="only say whether it is up to date")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout (default: this one)")
    options = parser.parse_args(argv)
    status = 0
    for page in PAGES:
        target, wanted = options.root / page, configuration(options.root, page)
        if target.exists() and target.read_text(encoding="utf-8") == wanted:
            continue
        if options.check:
            remedy = "Run: make format"
            print(f"{page}: its files are not those under app/. {remedy}", file=sys.stderr)
            status = 1
        else:
            target.write_text(wanted, encoding="utf-8")
            print(f"Wrote {page}")
    return status


if __name__ == "__main__":
    sys.exit(main())
