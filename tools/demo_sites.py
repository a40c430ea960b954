"""Builds Sticky notes (examples/notes) for the two pages that show it, static/notes.html and static/notes-admin.html.

Without arguments, it writes examples/notes/page/, which these pages load in a checkout. With `--out dist` it writes
both as sites of their own, dist/notes/ and dist/notes-admin/, and pages at their usual addresses that lead there.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "app"))

from clientforms.builder import cli  # noqa: E402
from clientforms.builder.django_site.site_build import SiteOptions, build_django_site  # noqa: E402
from clientforms.builder.django_site.site_target import find_site  # noqa: E402
from clientforms.builder.output.site_files import MARKER  # noqa: E402
from clientforms.builder.site.assets import find_assets  # noqa: E402

PROJECT = ROOT / "examples" / "notes"
PAGE = PROJECT / "page"
FIXTURES = ("demo", "user")
PAGES = ("notes", "notes-admin")
IN_CHECKOUT = "../examples/notes/page/"
"""How the pages in static/ name the built site."""

_STAMP = "stamp.txt"
_LEADS = """\
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Sticky notes</title>
  <meta http-equiv="refresh" content="0; url=../{name}/index.html">
</head>
<body><a href="../{name}/index.html">Sticky notes</a></body>
</html>
"""


def main() -> int:
    """Write what is asked for, as far as it is not there; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the folder of a built site")
    out = parser.parse_args().out
    if out is None:
        _write_for_checkout()
        return 0
    return _write_sites(out)


def _write_for_checkout() -> None:
    stamp = _stamp()
    if (PAGE / _STAMP).is_file() and (PAGE / _STAMP).read_text() == stamp:
        return
    print("Building Sticky notes for its pages (a few seconds, once)…", flush=True)
    target = find_site(str(PROJECT / "manage.py"))
    made, _ = build_django_site(
        target, SiteOptions(fixtures=FIXTURES), find_assets(), lambda _: None
    )
    with tempfile.TemporaryDirectory(dir=PROJECT, prefix="page.") as folder:
        fresh = Path(folder) / "page"
        for name, content in made.site.files.items():
            place = fresh / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        configuration = fresh / "pyscript.toml"
        # PyScript takes the interpreter's address for one relative to the page.
        text = configuration.read_text("utf-8").replace('"./static/', f'"{IN_CHECKOUT}static/')
        configuration.write_text(text, "utf-8")
        (fresh / _STAMP).write_text(stamp)
        shutil.rmtree(PAGE, ignore_errors=True)
        fresh.rename(PAGE)


def _write_sites(out: Path) -> int:
    for name in PAGES:
        text = (ROOT / "static" / f"{name}.html").read_text("utf-8")
        lines = (line for line in text.splitlines(keepends=True) if not _is_of_the_build(line))
        text = "".join(lines).replace(IN_CHECKOUT, "")
        for other in PAGES:
            text = text.replace(
                f'href="{other}.html"', f'href="../{other}/index.html" rel="external"'
            )
        text = text.replace('href="../index.html"', 'href="../index.html" rel="external"')
        # Beside the files that the page refers to.
        with tempfile.NamedTemporaryFile(
            "w", dir=ROOT / "static", prefix=f"{name}.", suffix=".html"
        ) as file:
            file.write(text)
            file.flush()
            fixtures = [f"--fixture={fixture}" for fixture in FIXTURES]
            status = cli.main(
                [
                    "build-site",
                    str(PROJECT / "manage.py"),
                    *fixtures,
                    "--template",
                    file.name,
                    "--out",
                    str(out / name),
                ]
            )
        if status:
            return status
        leads = out / "static" / f"{name}.html"
        leads.parent.mkdir(exist_ok=True)
        leads.write_text(_LEADS.format(name=name), "utf-8")
    assert (out / PAGES[0] / MARKER).is_file()
    return 0


def _is_of_the_build(line: str) -> bool:
    """Return whether the build writes this line of a page itself."""
    return "static/site.js" in line or 'type="py"' in line


def _stamp() -> str:
    content = hashlib.sha256()
    for path in _sources():
        content.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return content.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "static" / "runtime" / "manifest.json"
    for folder in ("app/clientforms", "examples/notes", "static/site"):
        for path in sorted((ROOT / folder).rglob("*")):
            if (
                path.is_file()
                and not path.is_relative_to(PAGE)
                and path.suffix not in (".pyc", ".sqlite3")
            ):
                yield path


if __name__ == "__main__":
    sys.exit(main())
