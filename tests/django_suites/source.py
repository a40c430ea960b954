"""Django's own tests: its source distribution, and the archive of it that a test page gets.

What ships to pages is not changed: the archive carries what the page's Django leaves out
(`django.test`, `django.contrib`, …) beside the suites themselves.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from clientforms.builder.runtime.packages import is_packed, package

__all__ = ["FORMS", "SITE", "SourceError", "archive", "django_version", "source_distribution"]

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "test-results" / "django-source"
IN_PAGE = Path(__file__).with_name("in_page")

FORMS = ("forms_tests", "inline_formsets", "model_forms", "model_formsets")
"""Suites for a page with forms."""

SITE = (
    "admin_views", "generic_views", "messages_tests", "migrations", "pagination", "queries",
    "sessions_tests", "transactions", "view_tests",
)  # fmt: skip
"""Suites for a page with a whole site."""

#: What the suites need of Django's `tests/` beside themselves, of other suites only what they import.
SUPPORT = (
    "runtests.py", "test_sqlite.py", "urls.py", "templates/", "admin_scripts/", "basic/",
    "cache/__init__.py", "cache/failing_cache.py", "custom_migration_operations/",
    "logging_tests/", "mail/__init__.py", "mail/custombackend.py", "migrations2/", "user_commands/",
)  # fmt: skip

#: What is much and no suite here uses: other databases', and the files that the admin's pages load.
NOT_NEEDED = re.compile(
    r"__pycache__/|\.(py[cio]|po)$|^django/db/backends/(mysql|oracle)"
    r"|^django/contrib/(gis|postgres|humanize|flatpages|redirects)/|^django/contrib/admin/static/"
)

# pip asks a source distribution's build backend for its metadata, though it is in PKG-INFO already.
# This backend answers from there: nothing of the download runs, and no setuptools is fetched.
BACKEND = """
import pathlib

def prepare_metadata_for_build_wheel(directory, config_settings=None):
    folder = pathlib.Path(directory, "django.dist-info")
    folder.mkdir()
    folder.joinpath("METADATA").write_bytes(pathlib.Path("PKG-INFO").read_bytes())
    return folder.name
"""


class SourceError(Exception):
    """Django's source distribution could not be had, or is not the one that the lock names."""


def django_version() -> str:
    """Return the version of the Django that the page has."""
    return package(ROOT, "django").version


def source_distribution() -> Path:
    """Return the downloaded source distribution of the page's Django, from the cache if there.

    Raises SourceError where it cannot be had or its hash is none of the lock's.
    """
    version = django_version()
    place = CACHE / f"django-{version}.tar.gz"
    if not place.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            os.replace(_download(version, Path(folder)), place)
    _verify(place, version)
    return place


def archive(suites: Iterable[str]) -> bytes:
    """Return a ZIP: `page/` with what the page's Django lacks, `suites/` with the tests."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name, content in (*_left_out_of_the_page(), *_site(), *_suites(suites), *_runner()):
            target.writestr(name, content)
    return packed.getvalue()


def _download(version: str, folder: Path) -> Path:
    backend = folder / "backend" / "setuptools"
    backend.mkdir(parents=True)
    (backend / "__init__.py").touch()
    (backend / "build_meta.py").write_text(BACKEND, "utf-8")
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        # The page's Python is to run it, not this one, which may be too old for it.
        "--no-input", "--ignore-requires-python", "--no-deps", "--no-binary", ":all:",
        "--no-build-isolation", "--dest", str(folder), f"django=={version}",
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(backend.parent)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = list(folder.glob("*.tar.gz"))
    if done.returncode or len(found) != 1:
        raise SourceError(
            f"pip could not download the source distribution of Django {version}, which holds "
            f"Django's own tests:\n{done.stderr}"
        )
    return found[0]


def _verify(place: Path, version: str) -> None:
    """Compare with the hashes of whichever lock pins this version."""
    digest = hashlib.sha256(place.read_bytes()).hexdigest()
    pinned = re.compile(rf"^django=={re.escape(version)} (?:.*\\\n)+?.*[^\\]$", re.MULTILINE)
    for lock in sorted(ROOT.glob("requirements*.txt")):
        if entry := pinned.search(lock.read_text("utf-8")):
            if f"sha256:{digest}" not in entry[0]:
                place.unlink()
                raise SourceError(
                    f"{place.name} has the SHA-256 {digest}, which {lock.name} does not name. "
                    "It has been removed; run the test again to download it anew."
                )
            return
    raise SourceError(f"No requirements*.txt pins Django {version}, so {place} cannot be verified.")


def _left_out_of_the_page() -> Iterator[tuple[str, bytes]]:
    for file in package(ROOT, "django").files or ():
        name = file.as_posix()
        if name.startswith("django/") and not is_packed(name) and not NOT_NEEDED.search(name):
            yield f"page/{name}", Path(str(file.locate())).read_bytes()


def _site() -> Iterator[tuple[str, bytes]]:
    """Yield what clientforms packs into pages with a site only."""
    for path in sorted((ROOT / "app/clientforms/site").rglob("*.py")):
        yield f"page/{path.relative_to(ROOT / 'app').as_posix()}", path.read_bytes()


def _suites(suites: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    wanted = (*(f"{suite}/" for suite in suites), *SUPPORT)
    with tarfile.open(source_distribution()) as source:
        for member in source:
            name = member.name.partition("/tests/")[2]
            top = member.name.count("/") and member.name.split("/")[1] == "tests"
            if top and member.isfile() and name.startswith(wanted):
                content = source.extractfile(member)
                assert content is not None
                yield f"suites/{name}", content.read()


def _runner() -> Iterator[tuple[str, bytes]]:
    for path in sorted(IN_PAGE.glob("*.py")):
        yield f"suites/{path.name}", path.read_bytes()
