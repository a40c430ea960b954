"""Layers and folders import one way only, one door leads to JavaScript, and classes are composed."""

import sys
from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.house.layers import (
    LAYERS,
    arrows,
    circle,
    classes_above,
    layer_of,
    python_files,
    violations,
)

STANDARD = frozenset(sys.stdlib_module_names)
FILES = list(python_files(ROOT / "app"))
COMPOSED = ["clientforms.browser", "clientforms.builder", "clientforms.engine"]
"""Packages in which no class has more than two classes of ours above it."""


def test_every_module_imports_downwards_only():
    found = [each for name, source in FILES for each in violations(name, source, STANDARD)]
    assert found == []


def test_tests_of_the_engine_stand_where_their_modules_do():
    """But for those in `tests/engine` itself, which concern no module more than others."""
    tests, modules = ROOT / "tests/engine", ROOT / "app/clientforms/engine"
    for path in tests.glob("*/test_*.py"):
        module = modules / path.relative_to(tests).with_name(path.name.removeprefix("test_"))
        assert module.exists(), f"{path.relative_to(ROOT)} is the test of no module"


def test_no_folder_imports_from_one_that_imports_from_it():
    ours = [(name, source) for name, source in FILES if name.startswith("clientforms/")]
    found = arrows(ours)
    assert "clientforms.engine.rows" in found["clientforms.engine.live"]
    assert circle(found) == []


@pytest.mark.parametrize(
    "back",
    [
        "from clientforms.engine.live.publishing import Publishing",
        "def later():\n    import clientforms.engine.live.publishing",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from clientforms.engine import live",
    ],
)
def test_an_import_that_makes_a_circle_is_found(back):
    files = [
        ("clientforms/engine/live/publishing.py", "from clientforms.engine.rows.row import Row"),
        ("clientforms/engine/rows/row.py", back),
    ]
    assert set(circle(arrows(files))) == {"clientforms.engine.live", "clientforms.engine.rows"}


def test_no_module_name_stands_twice():
    names = Counter(
        name.rpartition("/")[2]
        for name, _ in FILES
        if name.startswith("clientforms/") and not name.endswith("__.py")
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("package", COMPOSED)
def test_no_class_has_more_than_two_of_ours_above_it(package):
    above = classes_above(FILES)
    ours = {name: found for name, found in above.items() if name.startswith(f"{package}.")}
    assert ours
    assert {name: found for name, found in ours.items() if len(found) > 2} == {}


@pytest.mark.parametrize(
    "lowest",
    [
        "from clientforms.browser.binding.formset import FormSet\nclass Last(FormSet): ...",
        "from clientforms.browser.binding import FormSet as Short\nclass Last(Short): ...",
        "from clientforms.browser.binding import formset\nclass Last(formset.FormSet): ...",
    ],
)
def test_a_class_with_three_of_ours_above_it_is_found(lowest):
    files = [
        (
            "clientforms/browser/binding/__init__.py",
            "from clientforms.browser.binding.formset import FormSet",
        ),
        ("clientforms/browser/binding/base.py", "class First: ...\nclass Second(First): ..."),
        (
            "clientforms/browser/binding/formset.py",
            "from clientforms.browser.binding.base import Second\nclass FormSet(Second, dict): ...",
        ),
        ("clientforms/browser/page/last.py", lowest),
    ]
    above = classes_above(files)["clientforms.browser.page.last.Last"]
    assert {name.rpartition(".")[2] for name in above} == {"First", "Second", "FormSet"}


def test_every_module_has_a_layer():
    modules = [name.removesuffix(".py").replace("/", ".") for name, _ in FILES]
    assert {layer_of(module.removesuffix(".__init__")) for module in modules} == set(LAYERS)


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        (
            "clientforms/engine/live/client_form.py",
            "from clientforms.browser import bind",
            "not under it",
        ),
        (
            "clientforms/engine/live/client_form.py",
            "import js",
            "only clientforms/browser/runtime.py",
        ),
        ("clientforms/browser/page/containers.py", "from pyodide.ffi import to_js", "only"),
        ("clientforms/browser/page/containers.py", "def f():\n    import pyscript", "only"),
        (
            "clientforms/browser/page/containers.py",
            "from clientforms.builder import runtime",
            "not under it",
        ),
        ("clientforms/builder/runtime/assembly.py", "import clientforms.browser", "not under it"),
        ("clientforms/builder/runtime/assembly.py", "import playwright", "no dependency"),
        ("clientforms/errors.py", "from clientforms import engine", "not under it"),
        ("clientforms/engine/rows/row.py", "from . import names", "no dependency"),
        ("clientforms/engine/rows/row.py", "import requests", "no dependency"),
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
        (
            "clientforms/browser/page/containers.py",
            "from clientforms.engine import ClientForm\nimport json",
        ),
        (
            "clientforms/engine/live/client_form.py",
            "from django import forms\nimport clientforms.errors",
        ),
        ("main.py", "from clientforms.browser import start"),
    ],
)
def test_imports_that_go_down_are_fine(name, source):
    assert list(violations(name, source, STANDARD)) == []
