"""What pages of a server say: each word has all languages, and is said somewhere."""

import ast

import pytest
from django.utils.translation import override

from clientforms.online.online_words import WORDS, word
from tests.conftest import ROOT
from tests.house.test_texts import PLACEHOLDER, SPOKEN

CODES = {locale.partition("_")[0] for locale in SPOKEN}


def said():
    """Return every text that the page's modules say."""
    for path in sorted((ROOT / "app/clientforms/online").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="word"), args=[ast.Constant(value=str(english))]):
                    yield english


def test_every_word_is_said_and_known():
    assert set(said()) == WORDS.keys()


@pytest.mark.parametrize("english", WORDS)
def test_a_word_has_every_language(english):
    assert WORDS[english].keys() == CODES
    for translated in WORDS[english].values():
        assert translated.strip()
        assert PLACEHOLDER.findall(translated) == PLACEHOLDER.findall(english)


@pytest.mark.parametrize(
    ("code", "told"),
    [("de-at", "Rückgängig"), ("zh-hans", "撤销"), ("zh-hant", "Undo"), ("en-gb", "Undo"), ("tlh", "Undo")],
)  # fmt: skip
def test_a_region_has_the_words_of_its_language(code, told):
    with override(code):
        assert word("Undo") == told
