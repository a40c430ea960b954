"""Writes a site: the project's own page, with links to docs/ in it, the documentation with the gallery.

Sphinx runs in the environment that `tools/setup.sh docs` made; every warning of its fails the build.
"""

from __future__ import annotations

import argparse
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "docs"
LIVE = ["docs/examples/party.py:GuestFormSet", "--title", "Who is coming?", "--prefix", "guests"]
"""The page that runs inside the documentation, as `clientforms build` is told to make it."""

_PLACE = '<nav aria-label="Documentation" data-docs hidden>'
_REPOSITORY = "<a data-repository hidden>"
_BUILDING = {**os.environ, "PYTHONPATH": str(ROOT / "app")}


def main(argv: list[str] | None = None) -> int:
    """Write the documentation, and around it the page of `targets`; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="what index.html shows")
    parser.add_argument("--out", type=Path, required=True, help="the site's folder")
    options = parser.parse_args(argv)
    place = options.out.resolve() / "docs"
    with tempfile.TemporaryDirectory(dir=ROOT, prefix=".docs-unfinished-") as scratch:
        made = Path(scratch) / "html"
        try:
            _make(made, Path(scratch))
            if (place / "searchindex.js").is_file():
                shutil.rmtree(place)
            _build_page(options.targets, place.parent)
        except subprocess.CalledProcessError as error:
            return error.returncode
        shutil.move(made, place)
    print(f"Wrote {os.path.relpath(place)}: {sum(1 for _ in place.rglob('*.html'))} pages")
    return 0


def _make(made: Path, scratch: Path) -> None:
    sphinx = [ROOT / ".docs" / "bin" / "python", "-P", "-m", "sphinx"]
    strict = ["--builder", "html", "--fail-on-warning", "--nitpicky", "--quiet"]
    subprocess.run(
        [*sphinx, *strict, "--doctree-dir", scratch / "doctrees", SOURCES, made],
        cwd=ROOT, check=True,
    )  # fmt: skip
    (made / ".buildinfo").unlink(missing_ok=True)
    _clientforms("build", *LIVE, "--out", str(made / "live"))
    _python("tools/gallery.py", "--out", str(made / "gallery"))


def _build_page(targets: list[str], out: Path) -> None:
    """Build index.html with its links to the documentation shown, and to the repository if it is on the web."""
    given = (ROOT / "index.html").read_text("utf-8")
    for place in (_PLACE, _REPOSITORY):
        if place not in given:
            sys.exit(f"index.html has no {place} for the links to the documentation.")
    given = given.replace(_PLACE, _PLACE.replace(" hidden", ""))
    if repository := _repository():
        link = f'<a data-repository href="{html.escape(repository)}" rel="external">'
        given = given.replace(_REPOSITORY, link)
    # Beside the other, for it names the same files; under a name that no build beside this one has.
    with tempfile.NamedTemporaryFile(
        dir=ROOT, prefix=".index-with-docs-", suffix=".html"
    ) as template:
        template.write(given.encode("utf-8"))
        template.flush()
        _clientforms("build", *targets, "--template", template.name, "--out", str(out))


def _repository() -> str:
    """Return where the repository is on the web: REPOSITORY, or what git calls origin; else an empty text."""
    given = os.environ.get("REPOSITORY", "")
    if not given and shutil.which("git"):
        asked = ["git", "config", "--get", "remote.origin.url"]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        given = done.stdout.strip()
    return on_the_web(given)


def on_the_web(given: str) -> str:
    """Return the address for a browser of a repository that git knows as `given`; else an empty text."""
    by_ssh = re.fullmatch(r"(?:ssh://)?git@([\w.-]+)[:/](.+)", given)
    parts = urlsplit(f"https://{by_ssh[1]}/{by_ssh[2]}" if by_ssh else given)
    if parts.scheme not in ("http", "https"):
        return ""
    host = parts.netloc.rpartition("@")[2]  # without what a clone may have to sign in with
    return f"{parts.scheme}://{host}{parts.path.removesuffix('.git')}"


def _clientforms(*arguments: str) -> None:
    _python("-m", "clientforms", *arguments)


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=_BUILDING, check=True)


if __name__ == "__main__":
    sys.exit(main())
