"""Builds the static files of pages with live forms: the runtime, the packed Python and the start script."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from clientforms.builder.author.analysis import Analysis, analyse
from clientforms.builder.author.build_targets import find_targets
from clientforms.builder.output.findings import Finding
from clientforms.builder.output.site_files import BuildError
from clientforms.builder.site.assets import Assets, find_assets
from clientforms.builder.site.server_files import own_sources, server_files
from clientforms.server import build_manifest, configuration
from clientforms.server.registry import Registration, registered
from clientforms.server.remote_sources import keep_at_home, target_of

__all__ = ["Build", "build", "ensure_current"]

_KEPT = 3  # builds: open pages may still fetch files of earlier ones
_lock = threading.Lock()


class Build:
    """The result of a build: its `folder`, its `files` by their path inside it, and the analysis' findings."""

    def __init__(self, folder: str, files: dict[str, bytes], analysis: Analysis) -> None:
        self.folder = folder
        self.files = files
        self.warnings: Sequence[Finding] = analysis.findings
        self.rules: Sequence[Finding] = analysis.rules


def build(tell: Callable[[str], None]) -> Build:
    """Build the static files of this project's pages, and make this the current build. `tell` gets progress messages.

    Raises BuildError if a form cannot run in a page.
    """
    registrations = registered()
    assets = find_assets()
    packed = [each for each in registrations.values() if each.packed]
    analysis = _analysed(packed) if packed else Analysis()
    keep_at_home(registrations.values(), analysis)
    files = server_files(analysis, assets, languages=configuration.page_languages(), tell=tell)
    made = Build(_digest(files), files, analysis)
    _write(made, sorted(registrations), _sources(analysis, assets))
    return made


def ensure_current() -> None:
    """Build if there is no build, or if source files have changed since. Raises BuildError."""
    with _lock:
        if build_manifest.is_out_of_date(sorted(registered())):
            build(lambda line: None)


def _analysed(registrations: Sequence[Registration]) -> Analysis:
    for registration in registrations:
        if not registration.path:
            raise BuildError(
                f"{registration.form_class.__name__} is not an attribute of any module. Assign the class to a "
                "name in a module, or register it with packed=False."
            )
    analysis = analyse(find_targets(list(map(target_of, registrations))), _settings_module())
    if analysis.fatal:
        raise BuildError(*analysis.fatal)
    return analysis


def _settings_module() -> str:
    name = os.environ.get("DJANGO_SETTINGS_MODULE", "")
    if not name:
        raise ImproperlyConfigured(
            "clientforms.server needs the project's settings module: set DJANGO_SETTINGS_MODULE."
        )
    return name


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()[:12]


def _sources(analysis: Analysis, assets: Assets) -> set[Path]:
    """Return the files that the build depends on. If one of them changes, the build is out of date."""
    found = {assets.folder / "runtime" / "manifest.json", *analysis.bundle.files.values()}
    found |= set(own_sources())
    module = sys.modules.get(_settings_module())
    if file := getattr(module, "__file__", None):
        found.add(Path(file))
    return found


def _write(made: Build, forms: list[str], sources: set[Path]) -> None:
    """Write the build next to earlier ones, then make it the current one, so that no page gets an incomplete build."""
    root = configuration.build_folder()
    root.mkdir(parents=True, exist_ok=True)
    place = root / made.folder
    if not place.is_dir():
        with tempfile.TemporaryDirectory(dir=root, prefix=".new-") as folder:
            for name, content in made.files.items():
                file = Path(folder, "build", name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            os.replace(Path(folder, "build"), place)
    manifest: dict[str, Any] = {
        "folder": made.folder, "forms": forms, "sources": build_manifest.stamps(sources),
    }  # fmt: skip
    with tempfile.NamedTemporaryFile("w", dir=root, delete=False, encoding="utf-8") as written:
        json.dump(manifest, written, indent=1, sort_keys=True)
    os.replace(written.name, root / build_manifest.MANIFEST)
    os.utime(place)
    folders = [path for path in root.iterdir() if re.fullmatch("[0-9a-f]{12}", path.name)]
    for old in sorted(folders, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        shutil.rmtree(old)
