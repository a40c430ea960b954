"""What clientforms says itself: every text can be found, and every language has all of them."""

import ast
import re
from functools import cache

import pytest
from babel.messages import pofile

from clientforms.builder.site.boot_watch import WORDS
from tests.conftest import ROOT

APP = ROOT / "app"
CATALOGS = sorted((APP / "clientforms" / "locale").glob("*/LC_MESSAGES/django.po"))
SPOKEN = ("de", "fr", "es", "it", "pt", "nl", "pl", "ru", "zh_Hans", "ja", "ar")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@cache
def every_call():
    """Return file and line, the function's name and the arguments of every call in the package."""
    found = []
    for path in sorted((APP / "clientforms").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id=name), args=arguments):
                    found.append((f"{path.relative_to(ROOT)}:{node.lineno}", name, arguments))
    return found


def calls(function):
    """Return file and line, and the arguments, of every call of `function` in the package."""
    return [(where, arguments) for where, name, arguments in every_call() if name == function]


def literal(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def texts():
    """Return every text as gettext knows it: a message, or singular and plural."""
    single = [literal(arguments[0]) for _, arguments in calls("text")]
    counted = [tuple(literal(each) for each in arguments[:2]) for _, arguments in calls("counted")]
    return set(single) | set(counted)


def catalog_of(path):
    with path.open("rb") as source:
        return pofile.read_po(source, abort_invalid=True)


def test_every_text_is_written_out_where_it_is_used():
    named = {"text": 1, "counted": 2}
    found = {where: each for name in named for where, each in calls(name)}
    assert found
    for name, count in named.items():
        for where, arguments in calls(name):
            words = [literal(each) for each in arguments[:count]]
            assert all(words), f"{where}: write the words into the call of {name}()"


def test_what_is_announced_is_translated():
    for where, (said,) in calls("announce"):
        parts = said.values if isinstance(said, ast.JoinedStr) else [said]
        words = [text for each in parts if (text := literal(each)) and text.strip()]
        assert not words, f"{where}: announce(text(…)), not {words}"


def test_these_languages_are_spoken():
    assert {path.parts[-3] for path in CATALOGS} == set(SPOKEN)
    before_python = (ROOT / "static" / "boot.js").read_text("utf-8")
    words = re.findall(
        r'(?m)^    (\w\w): \["[^"]+", "[^"]+", "[^"]+",\n +"[^"]+",\n +"[^"]+", "[^"]+"\],$',
        before_python,
    )
    assert set(words) == {locale.partition("_")[0] for locale in SPOKEN}
    assert {*words, "en"} == WORDS.keys()
    for said in WORDS.values():  # by a page without that script
        not_live, remedy = re.split("(?<=[.。]) ", said, maxsplit=1)
        assert f'"{not_live}",' in before_python
        assert f'"{remedy}",' in before_python


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_text_has_an_entry_in_every_language(path):
    catalog = catalog_of(path)
    entries = {message.id: message for message in catalog if message.id}
    assert not texts() - entries.keys(), f"{path}: these are missing"
    assert not entries.keys() - texts(), f"{path}: nobody says these any more"
    for said, message in entries.items():
        assert not message.fuzzy
        singular = said if isinstance(said, str) else said[1]
        forms = [message.string] if isinstance(said, str) else list(message.string)
        assert len(forms) == (1 if isinstance(said, str) else catalog.num_plurals)
        for form in forms:
            assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(singular)), form
            assert form.count("%") == len(PLACEHOLDER.findall(form))
            assert form.strip()
