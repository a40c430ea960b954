"""Fill a page template with containers for an author's forms, and these with the rendered forms.

Run as a script, in a separate process with the packed Python on its path, so that anything missing
from the pack is missing here, as it would be in the page.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from django.utils import translation

from clientforms.builder.author.localized_values import localized_values
from clientforms.builder.author.page_limits import (
    refuse_what_is_not_packed,
    refuse_what_no_page_has,
)
from clientforms.builder.author.page_scripts import is_python
from clientforms.builder.django_project import build_database
from clientforms.builder.django_project.model_choices import fields_of, without_choices
from clientforms.builder.django_project.project_settings import read_literal
from clientforms.builder.html.html_tree import Element, HtmlTree
from clientforms.builder.page.built_media import media_owners
from clientforms.builder.page.prerender import configure_as_a_page, other_django, prerender
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.project.app_registry import installed_apps, not_ready
from clientforms.engine.shortcuts import django_patches
from clientforms.engine.targets.dotted_paths import live_of
from clientforms.texts import is_spoken, marks, text

__all__ = ["main", "make_page"]

_ON_VALID = ("download", "keep", "event")
_CONTAINERS = {"data-form", "data-formset", "data-clientforms-forms"}
_SCRIPT = '<script type="py" src="{src}" config="pyscript.toml"{more}></script>'


def make_page(template: str, asked: dict[str, Any]) -> str:
    """Return the template with title, language, start-up scripts and a container for each form.

    Containers that the author wrote are kept. Raises ValueError if there is no place for a form.
    """
    tree = HtmlTree(template)
    _check_on_valid(tree)
    _set_head(tree, asked)
    there = {
        element.attributes.get("data-formset") or element.attributes.get("data-form")
        for element in tree.elements
    }
    missing = [form for form in asked["forms"] if form["path"] not in there]
    places = [
        element for element in tree.elements if "data-clientforms-forms" in element.attributes
    ]
    if missing and not places:
        first = missing[0]
        raise ValueError(
            f"the template has no place for {first['path']}. Write "
            f'<div data-{first["kind"]}="{first["path"]}"></div> where it belongs, '
            "or <div data-clientforms-forms></div> for all of them"
        )
    if not missing and (unused := asked["of_own_forms"]):
        raise ValueError(
            f"{unused[0]} is for a <form> that the build writes, but the template has a container for each form. "
            "Leave it out, and use attributes in the template instead: action, data-on-valid, data-prefix"
        )
    if missing:
        tree.insert(places[0].close, _forms(missing, asked))
    _add_python(tree)
    return tree.edited()


def _check_on_valid(tree: HtmlTree) -> None:
    """Raise ValueError for a `data-on-valid` that would have no effect."""
    for element in tree.elements:
        if "data-on-valid" not in element.attributes:
            continue
        what = element.attributes["data-on-valid"]
        line = tree.text.count("\n", 0, element.start) + 1
        said = f'line {line}: <{element.tag} data-on-valid="{what}">'
        inside = [element, *element.descendants()]
        if element.tag != "form":
            raise ValueError(f"{said} is not on a <form>. Move it there")
        if what not in _ON_VALID:
            raise ValueError(f"{said} is not one of {', '.join(_ON_VALID)}. Write one of them")
        if not any(inner.attributes.keys() & _CONTAINERS for inner in inside):
            raise ValueError(
                f"{said} contains no form of yours. Write data-form or data-formset into it"
            )
        if what == "keep" and not element.attributes.get("id"):
            raise ValueError(f"{said} has no id, which its list needs. Give it one")


def _set_head(tree: HtmlTree, asked: dict[str, Any]) -> None:
    title = asked["title"]
    for element in tree.elements:
        if element.tag == "html" and asked["language"]:
            tree.put_attribute(element, "lang", escape(asked["language"]))
            if translation.get_language_bidi():
                tree.set_attribute(element, "dir", "rtl")
        if title and element.tag == "title" and not _in_svg(element):
            tree.replace_inside(element, escape(title, quote=False))
        match element.attributes.get("data-clientforms-text"):
            case "title":
                tree.insert(element.inside, escape(title, quote=False))
            case "skip":
                _say(tree, element, text("Skip to the forms"))
            case "loading":
                _say(tree, element, text("Getting the form ready…"))
            case "noscript":
                said = text("Without JavaScript, the form is checked only after it is sent.")
                _say(tree, element, said, '<p class="noscript"><span class="wrap">{}</span></p>')
            case _:
                continue
        tree.remove_attribute(element, "data-clientforms-text")
    sources = {
        element.attributes.get("src", "") for element in tree.elements if element.tag == "script"
    }
    head = tree.first("head")
    if head is None or not head.is_closed:
        raise ValueError("the template has no <head>. Write <head></head> around its <title>")
    if not any(source.endswith("static/boot.js") for source in sources):
        tree.insert(head.inside, '\n<script src="static/boot.js"></script>')
    if not any(source.endswith("pyscript/core.js") for source in sources):
        core = '<script type="module" src="static/runtime/pyscript/core.js"></script>\n'
        tree.insert(head.close, core)


def _say(tree: HtmlTree, element: Element, said: str, html: str = "{}") -> None:
    """Insert a text of ours, inside of `html`, and mark its language."""
    tree.insert(element.inside, html.format(escape(said, quote=False)))
    for name, value in marks(said).items():
        tree.set_attribute(element, name, value)


def _in_svg(element: Element) -> bool:
    return any(ancestor.tag == "svg" for ancestor in element.ancestors())


def _add_python(tree: HtmlTree) -> None:
    """Add the script that unpacks the forms, before the author's own scripts if there are any."""
    scripts = list(filter(is_python, tree.elements))
    for script in scripts:
        if script.attributes.get("config") != "pyscript.toml":
            tree.put_attribute(script, "config", "pyscript.toml")
    if scripts:
        tree.insert(
            scripts[0].start,
            _SCRIPT.format(src="app/unpack.py", more=" data-clientforms-first") + "\n  ",
        )
        return
    body = tree.first("body")
    place = body.close if body and body.is_closed else len(tree.text)
    tree.insert(place, f"\n  {_SCRIPT.format(src='app/start.py', more='')}\n")


def _forms(forms: list[dict[str, Any]], asked: dict[str, Any]) -> str:
    if asked["together"]:
        parts = [
            f"<fieldset><legend>{escape(form['label'])}</legend>{_container(form, 'div')}</fieldset>"
            for form in forms
        ]
        name = forms[0]["own_name"]
        is_multipart = any(form["is_multipart"] for form in forms)
        whole = {**forms[0], "kind": "formset", "own_name": name, "is_multipart": is_multipart}
        body = _form_element(whole, asked, "".join(parts))
        return f'\n    <section class="demo"><div class="stage">{body}</div></section>\n  '
    parts = []
    for form in forms:
        heading = ""
        labelled = f' aria-label="{escape(form["label"])}"'
        if len(forms) > 1:
            heading_id = f"heading-{form['own_name']}"
            heading = f'<header><h2 id="{heading_id}">{escape(form["label"])}</h2></header>'
            labelled = f' aria-labelledby="{heading_id}"'
        inside = _container(form, "div") if form["kind"] == "formset" else ""
        body = _form_element(form, asked, inside)
        parts.append(
            f'\n    <section class="demo"{labelled}>{heading}<div class="stage">\n{body}\n    </div></section>'
        )
    return "".join(parts) + "\n  "


def _container(form: dict[str, Any], tag: str) -> str:
    prefix = f' data-prefix="{escape(form["prefix"])}"' if form["prefix"] else ""
    return f'<{tag} data-{form["kind"]}="{escape(form["path"])}"{prefix}></{tag}>'


def _form_element(form: dict[str, Any], asked: dict[str, Any], inside: str) -> str:
    attributes = {"id": f"{form['own_name']}-form", "data-draft": form["own_name"]}
    if form["kind"] == "form":
        attributes |= {"data-form": form["path"], "data-prefix": form["prefix"]}
    else:
        attributes["data-clientforms"] = ""
    if asked["on_valid"] == "post":
        attributes |= {"action": asked["action"], "method": "post"}
        if form["is_multipart"]:
            attributes["enctype"] = "multipart/form-data"
    else:
        attributes["data-on-valid"] = asked["on_valid"]
        if asked["csv_guard"] == "off":
            attributes["data-csv-guard"] = "off"
    written = "".join(
        f' {name}="{escape(value)}"' if value else f" {name}"
        for name, value in attributes.items()
        if value or name == "data-clientforms"
    )
    button = text("Send") if asked["on_valid"] == "post" else text("Save")
    outcome = '<div class="result" data-outcome tabindex="-1" hidden></div>'
    marked = "".join(f' {name}="{value}"' for name, value in marks(button).items())
    return f"<form{written}>{inside}<button{marked}>{escape(button)}</button>{outcome}</form>"


def main(argv: Sequence[str] | None = None) -> int:
    """Read the description of a page from standard input, and write the page as JSON."""
    asked = json.load(sys.stdin)
    given = HtmlTree(asked["template"])
    if asked["language"]:
        for element in given.elements:
            if element.tag == "html":
                element.attributes["lang"] = asked["language"]
    answer: dict[str, Any] = {
        "html": "", "left_empty": [], "broken": [], "error": "", "fixture": "", "unknown_choices": [],
        "media": {}, "handlers": [], "unspoken": "", "localized": [],
    }  # fmt: skip
    _limit(asked["fixtures"])
    with contextlib.redirect_stdout(sys.stderr), tempfile.TemporaryDirectory() as catalogs:
        apps = installed_apps(asked["apps"], asked["apps_without_models"])
        own = {name: read_literal(source) for name, source in asked["settings"].items()}
        if asked["fixtures"]:
            own["DATABASES"] = build_database.DATABASES
        configure_as_a_page(given, Path(asked["languages"]), Path(catalogs), apps, own)
        django_patches.install()
        answer["fixture"] = _fill(asked["fixtures"])
        if not answer["fixture"]:
            _make(answer, asked)
    json.dump(answer, sys.stdout)
    return 0


def _limit(fixtures: Sequence[str]) -> None:
    """Restrict this process to modules that the page has, after importing those for `fixtures`."""
    if any(name.endswith((".yaml", ".yml")) for name in fixtures):
        importlib.import_module("yaml")
    refuse_what_no_page_has(lambda _: False)
    refuse_what_is_not_packed()


def _fill(fixtures: Sequence[str]) -> str:
    """Fill the database of the build; return the error in the fixtures, if any."""
    try:
        if fixtures:
            build_database.fill(fixtures)
    except ValueError as error:
        return str(error)
    return ""


def _make(answer: dict[str, Any], asked: dict[str, Any]) -> None:
    try:
        answer["html"] = make_page(asked["template"], asked)
    except ValueError as error:
        answer["error"] = str(error)
    else:
        _prerender(answer, asked)


def _prerender(answer: dict[str, Any], asked: dict[str, Any]) -> None:
    done = prerender(answer["html"])
    servers = [
        f"{app}: its ready() is left to the server, because it raised {why}"
        for app, why in not_ready.items()
    ]
    notes = [*done.left_empty, *other_django(asked["django"]), *servers]
    answer |= {"html": done.html, "left_empty": notes, "broken": list(done.broken)}
    if done.broken:
        return
    if not is_spoken():
        answer["unspoken"] = translation.get_language()
    for form in asked["forms"]:
        live = live_of({f"data-{form['kind']}": form["path"]}, lambda _: None)
        answer["unknown_choices"] += [(form["path"], *field) for field in without_choices(live)]
        answer["localized"] += [
            (form["path"], *found) for found in localized_values(fields_of(live))
        ]
        answer["handlers"] += [(form["path"], *handler) for handler in _handlers(live)]
        answer["media"] |= {
            address: (form["path"], *owner) for address, owner in media_owners(live).items()
        }


def _handlers(live: ClientForm | ClientFormSet) -> Iterator[tuple[str, str, str]]:
    """Yield field, tag and attribute of each inline listener in widgets' HTML."""
    form = live.blank_form(0)
    for name in form.fields:
        for element in HtmlTree(str(form[name])).elements:
            for attribute in element.attributes:
                if attribute.startswith("on"):
                    yield name, element.tag, attribute


if __name__ == "__main__":
    sys.exit(main())
