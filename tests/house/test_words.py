"""What pages of a server, and pages with a site, say besides: each word has all languages, and is said somewhere."""

import ast

import pytest
from django.utils.translation import override

from clientforms.online import online_words
from clientforms.site import site_words
from tests.conftest import ROOT
from tests.house.test_texts import CODES, PLACEHOLDER

MODULES = {"online": online_words, "site": site_words}


def words_in(layer):
    """Return the strings of a layer's modules, but not those of its dict of words."""
    found = set()
    for path in sorted((ROOT / "app/clientforms" / layer).rglob("*.py")):
        if not path.name.endswith("_words.py"):
            nodes = ast.walk(ast.parse(path.read_text("utf-8")))
            found |= {node.value for node in nodes if isinstance(node, ast.Constant)}
    return found


def said_in(layer):
    """Return every text that is written into a call of `word()`."""
    for path in sorted((ROOT / "app/clientforms" / layer).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="word"), args=[ast.Constant(value=str(english))]):
                    yield english


@pytest.mark.parametrize("layer", MODULES)
def test_every_word_is_said_and_known(layer):
    known = MODULES[layer].WORDS.keys()
    assert set(said_in(layer)) <= known
    assert known <= words_in(layer)


@pytest.mark.parametrize("layer", MODULES)
def test_a_word_has_every_language(layer):
    for english, translations in MODULES[layer].WORDS.items():
        assert translations.keys() == set(CODES.values()), english
        for translated in translations.values():
            assert translated.strip()
            assert PLACEHOLDER.findall(translated) == PLACEHOLDER.findall(english)


@pytest.mark.parametrize(
    ("code", "told"),
    [("de-at", "Erledigt."), ("zh-hans", "已完成。"), ("zh-hant", "Done."), ("en-gb", "Done."), ("tlh", "Done."),
     ("pt", "Feito."), ("pt-br", "Pronto.")],
)  # fmt: skip
def test_a_region_has_the_words_of_its_language(code, told):
    with override(code):
        assert online_words.word("Done.") == told
