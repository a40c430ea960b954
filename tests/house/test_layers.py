"""Layers import downwards only, one door leads to JavaScript, and modules stay short."""

import sys

import pytest

from tests.conftest import ROOT
from tests.house.layers import LAYERS, layer_of, python_files, violations

STANDARD = frozenset(sys.stdlib_module_names)
FILES = list(python_files(ROOT / "app"))


def test_every_module_imports_downwards_only():
    found = [each for name, source in FILES for each in violations(name, source, STANDARD)]
    assert found == []


def test_every_module_has_a_layer():
    modules = [name.removesuffix(".py").replace("/", ".") for name, _ in FILES]
    assert {layer_of(module.removesuffix(".__init__")) for module in modules} == set(LAYERS)


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("clientforms/engine/form.py", "from clientforms.browser import bind", "not under it"),
        ("clientforms/engine/form.py", "import js", "only clientforms/browser/runtime.py"),
        ("clientforms/browser/page.py", "from pyodide.ffi import to_js", "only"),
        ("clientforms/browser/page.py", "def f():\n    import pyscript", "only"),
        ("clientforms/browser/page.py", "from clientforms.builder import runtime", "not under it"),
        ("clientforms/builder/runtime.py", "import clientforms.browser", "not under it"),
        ("clientforms/builder/runtime.py", "import playwright", "no dependency"),
        ("clientforms/errors.py", "from clientforms import engine", "not under it"),
        ("clientforms/engine/row.py", "from . import names", "no dependency"),
        ("clientforms/engine/row.py", "import requests", "no dependency"),
        ("demo/forms.py", "from clientforms import ClientForm", "not under it"),
    ],
)
def test_an_import_that_breaks_a_layer_is_found(name, source, said):
    found = [each for each in violations(name, source, STANDARD) if said in each]
    assert found
    assert all(each.startswith(name) for each in found)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("clientforms/browser/runtime.py", "import js\nfrom pyodide.ffi import to_js"),
        ("clientforms/browser/page.py", "from clientforms.engine import ClientForm\nimport json"),
        ("clientforms/engine/form.py", "from django import forms\nimport clientforms.errors"),
        ("main.py", "from clientforms.browser import start"),
    ],
)
def test_imports_that_go_down_are_fine(name, source):
    assert list(violations(name, source, STANDARD)) == []
