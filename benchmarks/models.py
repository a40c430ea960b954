"""What models cost: a page of plain forms, and one of the same forms made of models, booted by turns.

The latter are a formset inside a parent of two apps, and a form of `django.contrib.auth` for a user model
of the project's own, under the project's settings: `shop/` beside this module.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks import payload
from benchmarks.boots import Boots, measure
from benchmarks.server import process

__all__ = ["MODELS", "PLAIN", "build", "measure_models"]

PLAIN, MODELS = "plain forms", "forms of models"

_ROOT = Path(__file__).resolve().parents[1]
_PROJECT = Path(__file__).with_name("shop")
_COMMANDS = {
    PLAIN: ("plain/forms.py:LineFormSet", "plain/forms.py:RegistrationForm"),
    MODELS: (
        "orders/forms.py:LineFormSet", "people/forms.py:RegistrationForm",
        "--settings", "shop.settings", "--fixture", "stock/products.json",
    ),
}  # fmt: skip


def measure_models(browser: Browser, *, rounds: int) -> tuple[dict[str, Boots], dict[str, int]]:
    """Return the boots of both pages, and the bytes that a first visit of each fetches."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sites = {
            name: build(name, Path(folder) / str(place)) for place, name in enumerate(_COMMANDS)
        }
        urls = {name: stack.enter_context(_served(site)) for name, site in sites.items()}
        boots = measure(browser, urls, rounds=rounds, warm=4)
        sizes = {
            name: sum(size.compressed for size in payload.first_visit(browser, site).values())
            for name, site in sites.items()
        }
    return boots, sizes


def build(name: str, out: Path) -> Path:
    """Build the page `PLAIN` or `MODELS` into `out`, and return it."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "clientforms", "build", *_COMMANDS[name], "--out", str(out)],
        cwd=_PROJECT,
        env={**os.environ, "PYTHONPATH": f"{_ROOT / 'app'}{os.pathsep}{_PROJECT}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The page with {name} could not be built: {done.stderr}")
    return out


@contextmanager
def _served(site: Path) -> Iterator[str]:
    server = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with process([*server, "--protocol", "HTTP/1.1", "--directory", str(site)]) as address:
        yield f"{address}/"
