"""The project of ponies on an ASGI server, whose pages also ask over a WebSocket while somebody types."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.server.pony_project import PonyProject

__all__ = ["AskingPonies"]

_SETTINGS = """
ROOT_URLCONF = "mysite.urls"
CLIENTFORMS["QUESTIONS_PER_SECOND"] = 1000  # nobody types as fast as the tests
"""
_URLS = """
from django.urls import include, path
from ponies.urls import urlpatterns

urlpatterns = [path("clientforms/", include("clientforms.server.urls")), *urlpatterns]
"""
_ASGI = """
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

pages = get_asgi_application()

from clientforms.server.consumers import websocket_urlpatterns

application = ProtocolTypeRouter(
    {"http": ASGIStaticFilesHandler(pages), "websocket": URLRouter(websocket_urlpatterns)}
)
"""


class AskingPonies(PonyProject):
    """The project in `folder`, which is empty before; built."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, _SETTINGS)
        self.write("mysite/urls.py", _URLS)
        self.write("mysite/asgi.py", _ASGI)
        self.manage("clientforms_build")

    def sql(self, command: str) -> list[Any]:
        """Run SQL, without starting Django; return the rows."""
        with closing(sqlite3.connect(self.folder / "db.sqlite3")) as database, database:
            return database.execute(command).fetchall()
