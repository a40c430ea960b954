"""Find the project that `clientforms build-site` is given: a `manage.py`, or the URLconf of an app."""

from __future__ import annotations

import ast
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from ..output.findings import shown
from ..output.site_files import BuildError

__all__ = ["SiteTarget", "find_site", "is_site"]

_VARIABLE = "DJANGO_SETTINGS_MODULE"


@dataclass(frozen=True, slots=True)
class SiteTarget:
    """A project: the folder in which its imports start, its settings module, and the URLconf to show.

    `settings` is empty for an app without a project, `urlconf` if it is the one in the settings.
    """

    root: Path
    settings: str
    urlconf: str = ""

    @property
    def is_app(self) -> bool:
        """Whether a single app is shown, in an element of the page."""
        return bool(self.urlconf)


def is_site(given: str) -> bool:
    """Return whether a target is a project or a URLconf, and not a form."""
    return ":" not in given and (
        Path(given).name == "manage.py" or given.rpartition(".")[2] == "urls"
    )


def find_site(given: str, settings: str = "") -> SiteTarget:
    """Return the project for `given`, with its own settings if `settings` is empty. Raises BuildError."""
    path = Path(given)
    if path.suffix == ".py" or "/" in given or path.is_dir():
        file = path / "manage.py" if path.is_dir() else path
        if not file.is_file():
            raise BuildError(
                f"{shown(file)} does not exist. Name a manage.py, or a URLconf such as notes.urls."
            )
        named = settings or _settings_in(file)
        if not named:
            raise BuildError(
                f"{shown(file)} sets no {_VARIABLE}. Name the settings with --settings, such as config.settings."
            )
        return SiteTarget(file.resolve().parent, named)
    try:
        found = importlib.util.find_spec(given)
    except (ImportError, ValueError):
        found = None
    if found is None and not Path.cwd().joinpath(*given.split(".")).with_suffix(".py").is_file():
        raise BuildError(
            f"{given}: there is no such module, neither here nor installed. Name a manage.py, or a URLconf such as "
            "notes.urls."
        )
    return SiteTarget(Path.cwd(), settings, given)


def _settings_in(file: Path) -> str:
    """Return the settings module that a manage.py sets, empty if it sets none."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError) as error:
        raise BuildError(f"{shown(file)} could not be read: {error}.") from error
    for node in ast.walk(tree):
        match node:
            case ast.Call(args=[ast.Constant(value=name), ast.Constant(value=str(value))]) if (
                name == _VARIABLE
            ):
                return value
            case ast.Assign(
                targets=[ast.Subscript(slice=ast.Constant(value=name))],
                value=ast.Constant(value=str(value)),
            ) if name == _VARIABLE:
                return value
    return ""
