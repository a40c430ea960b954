"""Writes a site: the project's own page, with a link to docs/ in it, the documentation.

Sphinx runs in the environment that `tools/setup.sh docs` made; every warning of its fails the build.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "docs"
LIVE = ["docs/examples/party.py:GuestFormSet", "--title", "Who is coming?", "--prefix", "guests"]
"""The page that runs inside the documentation, as `clientforms build` is told to make it."""

_PLACE = "<p data-docs hidden>"
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


def _build_page(targets: list[str], out: Path) -> None:
    """Build index.html with its link to the documentation shown."""
    given = (ROOT / "index.html").read_text("utf-8")
    if _PLACE not in given:
        sys.exit(f"index.html has no {_PLACE} for the link to the documentation.")
    # Beside the other, for it names the same files; under a name that no build beside this one has.
    with tempfile.NamedTemporaryFile(
        dir=ROOT, prefix=".index-with-docs-", suffix=".html"
    ) as template:
        template.write(given.replace(_PLACE, "<p data-docs>").encode("utf-8"))
        template.flush()
        _clientforms("build", *targets, "--template", template.name, "--out", str(out))


def _clientforms(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "clientforms", *arguments], cwd=ROOT, env=_BUILDING, check=True
    )


if __name__ == "__main__":
    sys.exit(main())
