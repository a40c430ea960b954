"""Builds the gallery: each example of docs/gallery as a site of its own, with its source beside the live form.

An example is a folder as an author has it: forms, a page, and what the page names. `clientforms build` makes its site of
that, with the options in `examples.toml`. The page alone is changed before: it gets a bar with links, and
the files as they are in the folder, coloured by Pygments.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import io
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename

from clientforms.builder import cli
from clientforms.builder.html.html_tree import HtmlTree

__all__ = ["Example", "build", "examples", "main"]

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "docs" / "gallery"
DOCUMENTATION = "../../"
"""From an example's page to docs/, as `make docs` lays them."""

_FRAME_STYLES = ("frame.css", "highlight.css")


@dataclass(frozen=True, slots=True)
class Example:
    """An example as `examples.toml` has it: `build` are the arguments of the command, `files` are shown.

    `packages` are files of npm packages, below node_modules, by the name that the page has for them.
    """

    name: str
    title: str
    says: str
    build: str
    files: list[str]
    how_to: str
    how_to_title: str
    packages: dict[str, str] = field(default_factory=dict)

    @property
    def command(self) -> str:
        """What an author types in the example's folder."""
        return f"clientforms build {self.build} --template page.html --out site"


def examples() -> list[Example]:
    """Return all examples in their order."""
    given = tomllib.loads((SOURCES / "examples.toml").read_text("utf-8"))
    return [Example(**entry) for entry in given["example"]]


def main(argv: Sequence[str] | None = None) -> int:
    """Build the examples that are named, or all; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="an example (default: all)")
    parser.add_argument("--out", type=Path, required=True, help="the folder of their folders")
    options = parser.parse_args(argv)
    known = {example.name: example for example in examples()}
    for name in options.names or known:
        if name not in known:
            parser.error(f"there is no example {name}; there are {', '.join(known)}")
        build(known[name], options.out / name)
    return 0


def build(example: Example, out: Path) -> None:
    """Write the example's site into the folder `out`. Ends the process where the build fails."""
    with tempfile.TemporaryDirectory(prefix="clientforms-gallery-") as scratch:
        folder = Path(scratch) / example.name
        shutil.copytree(
            SOURCES / example.name, folder, ignore=shutil.ignore_patterns("__pycache__")
        )
        for name, place in example.packages.items():
            shutil.copyfile(ROOT / "node_modules" / place, folder / name)
        shutil.copyfile(SOURCES / "frame.css", folder / "frame.css")
        (folder / "highlight.css").write_text(_colours(), "utf-8")
        (folder / "page.html").write_text(framed(example), "utf-8")
        words = shlex.split(example.command)[1:]
        words[words.index("site")] = str(out.resolve())
        told = io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(told):
            status = cli.main(words)
    if status:
        sys.exit(f"{example.command}\nends with {status} in docs/gallery/{example.name}.")


def framed(example: Example) -> str:
    """Return the example's page with the gallery around it."""
    tree = HtmlTree((SOURCES / example.name / "page.html").read_text("utf-8"))
    head, body = tree.first("head"), tree.first("body")
    assert head is not None
    assert body is not None
    styles = "".join(f'  <link rel="stylesheet" href="{name}">\n' for name in _FRAME_STYLES)
    tree.insert(head.close, styles)
    page = tree.first("html")
    direction = page.attributes.get("dir", "ltr") if page else "ltr"
    around = f'<div class="gallery" dir="ltr">\n{_bar(example)}\n<div class="gallery-live" dir="{direction}">'
    tree.insert(body.inside, f"\n{around}")
    tree.insert(body.close, f"</div>\n{_source(example)}\n</div>\n")
    return tree.edited()


def _bar(example: Example) -> str:
    link = '<a href="{}" rel="external">{}</a>'.format
    how_to = f"{DOCUMENTATION}{example.how_to}"
    return (
        '<header class="gallery-bar" lang="en">'
        f"{link(f'{DOCUMENTATION}gallery.html', 'Gallery')}<p>{html.escape(example.title)}</p>"
        f'<nav aria-label="Documentation">{link(how_to, html.escape(example.how_to_title))}'
        f"{link(f'{DOCUMENTATION}tutorial.html', 'Get started')}</nav></header>"
    )


def _source(example: Example) -> str:
    return (
        '<aside class="gallery-source" lang="en" aria-label="Source"><h2>All there is to it</h2>'
        f"<p>{html.escape(example.says)}</p>{''.join(_files(example))}"
        "<details open><summary>Built by</summary>"
        f'<pre class="gallery-command" tabindex="0"><code>{html.escape(example.command)}</code></pre></details></aside>'
    )


def _files(example: Example) -> Iterator[str]:
    for index, name in enumerate(example.files):
        text = (SOURCES / example.name / name).read_text("utf-8")
        lexer = get_lexer_for_filename(name, stripnl=False, ensurenl=False)
        coloured = highlight(text, lexer, HtmlFormatter(nowrap=True))
        yield (
            f"<details{'' if index else ' open'}><summary>{html.escape(name)}</summary>"
            f'<pre class="gallery-code" tabindex="0" data-file="{html.escape(name)}"><code>{coloured}</code></pre></details>'
        )


def _colours() -> str:
    """Return the style sheet of the colours: dark ones for who prefers them."""
    light, dark = (
        HtmlFormatter(style=style).get_style_defs(".gallery-code")
        for style in ("xcode", "github-dark")
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"


if __name__ == "__main__":
    sys.exit(main())
