"""Which modules of Python's own library are packed with forms, and when a page had better fetch all of it."""

import io
import zipfile

import pytest

from clientforms.builder.runtime.module_imports import imports_in
from clientforms.builder.site.assets import find_assets
from clientforms.builder.site.library_part import library_part


@pytest.fixture(scope="module")
def assets():
    return find_assets()


def names(part):
    if not part.archive:
        return set()
    with zipfile.ZipFile(io.BytesIO(part.archive)) as archive:
        return set(archive.namelist())


def test_a_module_comes_with_what_it_imports_and_the_snapshot_has_not(assets):
    part = library_part(["xml.etree.ElementTree", "re"], [], assets)
    assert {"xml", "xml.etree", "xml.etree.ElementPath"} < part.modules
    assert not part.modules & assets.modules()
    assert "xml/etree/ElementTree.pyc" in names(part)
    assert len(names(part)) == len(part.modules)


def test_what_functions_of_the_library_import_comes_too_if_anything_does(assets):
    assert library_part(["json"], ["colorsys"], assets).modules == frozenset()
    assert library_part(["wave"], ["colorsys"], assets).modules >= {"wave", "colorsys"}


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(["json", "django.forms", "nothing"], id="nothing that is late"),
        pytest.param(["wave", "django.views.debug"], id="Django's own too"),
        pytest.param(None, id="almost all"),
    ],
)
def test_there_is_no_part_of_the_library_if_the_page_needs_none_or_all(assets, asked):
    part = library_part(asked or assets.library_imports(), [], assets)
    assert (part.modules, part.archive) == (frozenset(), b"")


def test_the_same_modules_are_the_same_bytes(assets):
    asked = ["wave", "ssl", "pydoc"]
    one, other = (library_part(order, [], assets) for order in (asked, asked[::-1]))
    assert one == other


def test_an_import_counts_if_it_is_made_when_the_module_is(tmp_path):
    (tmp_path / "pack" / "inner").mkdir(parents=True)
    for name in ("pack/one", "pack/two", "pack/inner/__init__", "top", "late", "other", "script"):
        (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "typed.py").write_text("")
    (tmp_path / "pack" / "__init__.py").write_text(
        """
from typing import TYPE_CHECKING

import elsewhere
import pack
from . import one

if TYPE_CHECKING:
    import typed
try:
    import top as name
except ImportError:
    import other


class Class:
    from pack import inner


def function():
    import late

    async def within():
        from .two import something


if __name__ == "__main__":
    import script
"""
    )
    assert imports_in(tmp_path)["pack"] == ["pack.inner", "pack.one", "pack.two", "top"]
    assert imports_in(tmp_path)["pack.one"] == []
