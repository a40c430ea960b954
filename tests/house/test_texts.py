"""What clientforms says itself: every text can be found, and every language has all of them."""

import ast
import re
from functools import cache
from gettext import c2py
from pathlib import Path

import django
import pytest
from babel import Locale
from babel.messages import mofile, pofile

from clientforms.builder.runtime.archives import ADMIN_WORDS
from clientforms.builder.site.boot_watch import WORDS
from tests.conftest import ROOT

APP = ROOT / "app"
CATALOGS = sorted((APP / "clientforms" / "locale").glob("*/LC_MESSAGES/django.po"))
SPOKEN = (
    "ar", "cs", "de", "es", "fa", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt", "pt_BR", "ru", "sv", "tr", "uk",
    "zh_Hans",
)  # fmt: skip
CODES = {locale: {"pt_BR": "pt-br"}.get(locale, locale.partition("_")[0]) for locale in SPOKEN}
"""The codes under which scripts and dicts of words have these languages."""

FROM_DJANGO = {*ADMIN_WORDS, "Messages"}
"""What Django's catalogs say, so that ours need not."""

COUNTS = (0, 1, 2, 3, 5, 11, 21, 100)
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
        r'(?m)^    "?([\w-]+)"?: \["[^"]+", "[^"]+", "[^"]+",\n +"[^"]+",\n +"[^"]+", "[^"]+"\],$',
        before_python,
    )
    assert sorted(words) == sorted(CODES.values())
    assert {*words, "en"} == WORDS.keys()
    of_updates = (ROOT / "static" / "offline.js").read_text("utf-8")
    offers = re.findall(
        r'(?m)^  "?([\w-]+)"?: \["[^"]+", "[^"]+", "[^"]+",\n +"[^"]+"\],$', of_updates
    )
    assert sorted(offers) == sorted(words)
    of_slow_networks = (ROOT / "static" / "arrival.js").read_text("utf-8")
    told = re.findall(r'(?m)^  "?([\w-]+)"?: \["[^"]+", "[^"]+", "[^"]+"\],$', of_slow_networks)
    assert sorted(told) == sorted(words)
    for said in WORDS.values():  # by a page without that script
        not_live, remedy = re.split("(?<=[.。।]) ", said, maxsplit=1)
        assert f'"{not_live}",' in before_python
        assert f'"{remedy}",' in before_python


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_text_has_an_entry_in_every_language(path):
    catalog = catalog_of(path)
    entries = {message.id: message for message in catalog if message.id}
    assert not texts() - entries.keys() - FROM_DJANGO, f"{path}: these are missing"
    assert not entries.keys() - texts(), f"{path}: nobody says these any more"
    for said, message in entries.items():
        assert not message.fuzzy
        singular = said if isinstance(said, str) else said[1]
        forms = [message.string] if isinstance(said, str) else list(message.string)
        assert len(forms) == (1 if isinstance(said, str) else catalog.num_plurals)
        for form in forms:
            wanted = sorted(PLACEHOLDER.findall(singular))
            if len(forms) > 1 and "%(count)d" not in form:  # "one form", see below
                wanted.remove("%(count)d")
            assert sorted(PLACEHOLDER.findall(form)) == wanted, form
            assert form.count("%") == len(PLACEHOLDER.findall(form))
            assert form.strip()


def plural_rule(locale):
    """Return Unicode's rule of a language: the category of a count, such as "few"."""
    return Locale.parse({"pt": "pt_PT"}.get(locale, locale)).plural_form


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parts[-3])
def test_every_count_has_the_plural_form_of_its_language(path):
    catalog, rule = catalog_of(path), plural_rule(path.parts[-3])
    index = c2py(catalog.plural_expr)
    forms = {(rule(count), index(count)) for count in (*COUNTS, *range(250))}
    assert len(forms) == catalog.num_plurals
    assert (
        len({category for category, _ in forms}) == len({place for _, place in forms}) == len(forms)
    )
    counted = [message for message in catalog if isinstance(message.id, tuple)]
    assert counted
    for count in COUNTS:
        is_alone = all(rule(other) != rule(count) for other in range(250) if other != count)
        for message in counted:
            said = message.string[index(count)]
            if not (is_alone and count < 3):
                assert "%(count)d" in said, f"{count}: {said}"
            assert said % {"count": count}


@pytest.mark.parametrize("locale", ["ar", "he"])
def test_one_and_two_are_words_where_a_number_would_be_one_too_many(locale):
    (path,) = (each for each in CATALOGS if each.parts[-3] == locale)
    rule = plural_rule(locale)
    exact = {rule(count) for count in range(3)} - {"other"}
    for message in catalog_of(path):
        if isinstance(message.id, tuple):
            spelt_out = [form for form in message.string if "%(count)d" not in form]
            assert len(spelt_out) == len(exact), message.string


@pytest.mark.parametrize("locale", SPOKEN)
def test_django_says_what_our_catalogs_leave_to_it(locale):
    """Set-up adds the words of its admin to the catalogs of a page."""
    ours = {
        message.id for path in CATALOGS if path.parts[-3] == locale for message in catalog_of(path)
    }
    found = set()
    for place in ("conf", "contrib/admin"):
        compiled = (
            Path(django.__file__).parent / place / "locale" / locale / "LC_MESSAGES/django.mo"
        )
        with compiled.open("rb") as source:
            catalog = mofile.read_mo(source)
        found |= {word for word in FROM_DJANGO if word in catalog}
    assert not FROM_DJANGO - ours - found
