"""A fresh `startproject` that follows docs/how-to/django-app.md, and a server of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT, serving_folder

__all__ = ["DOCS", "Project", "steps"]

DOCS = ROOT / "docs/how-to/django-app.md"

_FORMS = """
from django import forms


class OrderForm(forms.Form):
    customer = forms.CharField(max_length=30)
    day = forms.DateField()


class LineForm(forms.Form):
    product = forms.CharField(max_length=20)
    count = forms.IntegerField(min_value=1)


LineFormSet = forms.formset_factory(LineForm, extra=1, can_delete=True)
"""
_VIEWS = """
from django.http import HttpResponse
from django.shortcuts import render

from .forms import LineFormSet, OrderForm


def order(request):
    form = OrderForm(request.POST or None)
    lines = LineFormSet(request.POST or None, prefix="lines")
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        products = [line["product"] for line in lines.cleaned_data if line]
        return HttpResponse(f"Thanks, {form.cleaned_data['customer']}: {', '.join(products)}")
    return render(request, "orders/order.html", {"form": form, "lines": lines})
"""
_URLS = """
from django.contrib import admin
from django.urls import path

from orders.views import order

urlpatterns = [path("admin/", admin.site.urls), path("order/", order)]
"""

_COMMANDS = """
import importlib, json, sys
from django.core.management import execute_from_command_line
for command in json.loads(sys.argv[1]):
    importlib.invalidate_caches()
    execute_from_command_line(["manage.py", *command])
"""


def steps() -> tuple[str, str]:
    """Return what the docs say to write into the settings, and into the template."""
    text = DOCS.read_text("utf-8")
    first, second = (text.split(f"\n## {number}. ")[1] for number in (1, 2))
    return _block(first, "python"), _block(second, "html")


def _block(text: str, language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


class Project:
    """The project in `folder`, which is empty before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manage_all(["startproject", "mysite", "."], ["startapp", "orders"])
        settings, template = steps()
        self.write("orders/forms.py", _FORMS)
        self.write("orders/views.py", _VIEWS)
        self.write("orders/templates/orders/order.html", template)
        self.write("mysite/urls.py", _URLS)
        self.add_settings('INSTALLED_APPS += ["orders"]', settings)

    def write(self, name: str, content: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")

    def add_settings(self, *lines: str) -> None:
        """Write these lines at the end of the settings."""
        path = self.folder / "mysite/settings.py"
        path.write_text("\n".join([path.read_text("utf-8"), *lines, ""]), "utf-8")

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run Python in the project; return what it says."""
        done = self._run(*arguments)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def output(self, *arguments: str) -> str:
        """Run Python in the project; return what it says, whatever comes of it."""
        done = self._run(*arguments)
        return done.stdout + done.stderr

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )

    def manage(self, *arguments: str, status: int = 0) -> str:
        """Run a command of `manage.py`; return what it says."""
        return self.run("manage.py", *arguments, status=status)

    def manage_all(self, *commands: Sequence[str]) -> None:
        """Run several commands in one process, for it takes longer to start than they do."""
        self.run("-c", _COMMANDS, json.dumps(commands))

    @contextmanager
    def serving(self, *options: str) -> Iterator[str]:
        """Run the development server; yields its address."""
        command = [sys.executable, "manage.py", "runserver", "--noreload", *options, "{port}"]
        with serving_folder(self.folder, command, self.environment()) as address:
            yield address

    @staticmethod
    def environment() -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(ROOT / "app"),
            "DJANGO_SETTINGS_MODULE": "mysite.settings",
        }
