"""A project with the app of `ponies/`: models, forms, views and templates, a migrated database, and a server."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.browser.live_page import LivePage
from tests.server.startproject import Project

__all__ = ["PonyProject", "type_stable"]

_APP = Path(__file__).with_name("ponies")
_SETTINGS = """
INSTALLED_APPS += ["ponies", "clientforms.server"]
ROOT_URLCONF = "ponies.urls"
MIDDLEWARE += ["ponies.middleware.trouble"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "plain"
CLIENTFORMS = {"FORMS": ["ponies.forms.StableForm", "ponies.forms.PonyFormSet", "ponies.forms.LetterForm", "ponies.forms.ParcelForm", "ponies.forms.ParcelFormSet"]}
MEDIA_ROOT = BASE_DIR / "media"
"""
_USER = """
from django.contrib.auth.models import User
User.objects.create_superuser("ada", password="secret")
"""


class PonyProject(Project):
    """The project in `folder`, which is empty before."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder = folder
        self.manage_all(["startproject", "mysite", "."])
        shutil.copytree(_APP, folder / "ponies", ignore=shutil.ignore_patterns("__pycache__"))
        self.add_settings(_SETTINGS, *settings)
        self.manage_all(["makemigrations", "ponies"], ["migrate"], ["shell", "-c", _USER])

    def ask(self, code: str) -> str:
        """Run Python with the project's models; return what it prints."""
        return self.manage("shell", "-v", "0", "-c", f"from ponies.models import *\n{code}").strip()

    def trouble(self, named: str) -> None:
        """Let a POST fail with this status, or come `late`; empty: all is well."""
        file = self.folder / "trouble"
        if named:
            file.write_text(named)
        else:
            file.unlink(missing_ok=True)


def type_stable(live: LivePage, name: str) -> None:
    """Type a stable of this name with two ponies, Bo and Ada."""
    live.type("name", name)
    live.type("ponies-0-name", "Bo")
    live.type("ponies-0-age", "1")
    live.button("ponies", "add").click()
    live.type("ponies-1-name", "Ada")
    live.type("ponies-1-age", "2")
