"""The example project, `examples/orders`, with data of a test's own, and servers of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.conftest import MAKING, ROOT, serving_folder

__all__ = ["FOLDER", "ExampleProject"]

FOLDER = ROOT / "examples/orders"


class ExampleProject:
    """The example, whose database, uploads and build are in the folder `data`."""

    def __init__(self, data: Path) -> None:
        self._environment = {
            **MAKING,
            "ORDERS_DATA": str(data),
            "PYTHONPATH": os.pathsep.join([str(ROOT / "app"), str(FOLDER)]),
        }
        self.manage("demo")

    def manage(self, *arguments: str) -> str:
        """Run a command of `manage.py`; return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=FOLDER,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, code: str) -> str:
        """Run Python with the example's models; return what it prints."""
        return self.manage("shell", "-v", "0", "-c", f"from orders.models import *\n{code}").strip()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Run `make example`, but for its set-up; yields its address."""
        command = ["make", "--silent", "--old-file=setup", "example", "PORT={port}"]
        with serving_folder(ROOT, command, self._environment, seconds=90) as address:
            yield address

    @contextmanager
    def serving_http(self) -> Iterator[str]:
        """Run Django's development server, which has no WebSocket; yields its address."""
        command = [sys.executable, "manage.py", "runserver", "--noreload", "{port}"]
        with serving_folder(FOLDER, command, self._environment) as address:
            yield address

    @staticmethod
    def log_in(page: Page, address: str) -> None:
        """Log in as the example says."""
        page.goto(f"{address}/accounts/login/")
        page.fill("[name=username]", "demo")
        page.fill("[name=password]", "demo")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Orders")).to_be_visible()
