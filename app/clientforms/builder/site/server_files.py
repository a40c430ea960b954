"""What the pages of a Django server fetch to be live: the runtime, the packed Python, and how it starts.

The pages themselves are the server's: `clientforms.server` writes the tags that lead here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ..author.analysis import Analysis
from ..output.site_files import BuildError
from .assets import PACKAGE, Assets
from .build import PageOptions, build_site, python_settings

__all__ = ["own_sources", "server_files"]

_REQUEST = Path(__file__).with_name("request.js")
_ONLINE = PACKAGE / "online"
_SOURCE_MAP = re.compile(rb"^//[#@] sourceMappingURL=.*$", re.MULTILINE)
"""What names a file that is not shipped: Django's `ManifestStaticFilesStorage` would look for it."""

_START = '''\
"""Written by clientforms_build: puts the project's Python in its place and makes the page live."""
{imports}
import clientforms
from clientforms.browser.page.late_imports import bring, unpack
from clientforms.engine.project.app_registry import installed_apps

unpack("packed.data")
await bring({library!r})
clientforms.__path__.append("clientforms")
from clientforms.online.server_page import start

start(INSTALLED_APPS=installed_apps({apps!r}, {apps_without_models!r}){settings})
'''


def server_files(
    analysis: Analysis, assets: Assets, *, languages: Sequence[str], tell: Callable[[str], None]
) -> dict[str, bytes]:
    """Return the files by their paths, for pages in any of these languages. Raises BuildError.

    `tell` is called with progress messages.
    """
    known = [code for code in languages if assets.knows(code)] or ["en"]
    analysis.bundle.made |= {
        f"clientforms/online/{path.relative_to(_ONLINE).as_posix()}": path.read_bytes()
        for path in own_sources()
    }
    analysis.bundle.made["clientforms/server.py"] = _read(_ONLINE / "server_stub.py")
    options = PageOptions(
        language=known[0],
        on_valid="event",
        more_languages=tuple(known[1:]),
        # No page has all of the forms, so their own names may be alike.
        prefixes=tuple(f"form{number}" for number, _ in enumerate(analysis.forms)),
    )
    made = build_site(analysis, options, assets, tell)
    imports, settings = python_settings(analysis)
    start = _START.format(
        apps=analysis.apps,
        apps_without_models=analysis.apps_without_models,
        library=made.library,
        imports=imports,
        settings=settings,
    )
    files = {
        name: _SOURCE_MAP.sub(b"", content) if name.endswith((".js", ".css")) else content
        for name, content in made.site.files.items()
        if not name.endswith(".html") and name != "pyscript.toml"
    }
    return {**files, "app/start.py": start.encode(), "app/request.js": _read(_REQUEST)}


def own_sources() -> list[Path]:
    """Return the modules of clientforms that no other page gets."""
    return sorted(_ONLINE.rglob("*.py"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"{path} could not be read: {error.strerror}.") from error
