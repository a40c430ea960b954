"""What pages take from the code: the commands' own help, the methods that JavaScript has, the gallery's list."""

from __future__ import annotations

import argparse
import html
import inspect
import re
import tomllib
from pathlib import Path
from typing import Any

from django.forms import BaseForm, BaseFormSet
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.ext.autodoc.mock import mock
from sphinx.util.docutils import SphinxDirective

from clientforms.builder.cli import _parser
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.targets import description

with mock(["js", "pyodide", "pyscript"]):
    from clientforms.browser.binding.form_binding import FormBinding
    from clientforms.browser.binding.formset_binding import FormSetBinding
    from clientforms.browser.page import javascript_api

__all__ = ["setup"]

_KINDS: dict[str, tuple[dict[str, str], tuple[Any, ...]]] = {
    "formset": (javascript_api._FORMSET, (FormSetBinding, ClientFormSet, BaseFormSet)),
    "form": (javascript_api._FORM, (FormBinding, ClientForm, BaseForm)),
}
_OWN = {
    "validate": "validate",
    "validateAsync": "avalidate",
    "cleanedData": "cleaned_data",
    "reset": "reset",
}
_UNSAID = {"changed_data": "The names of the fields whose values differ from the initial ones."}
"""Of Django's members that JavaScript has, those without a docstring."""
_DESCRIPTIONS = {
    "formset": {
        "forms()": description.describe_forms,
        "fields(index)": description.describe_fields,
    },
    "form": {"fields()": description.describe_fields},
}


class CommandHelp(SphinxDirective):
    """`{command-help} build`: what `clientforms build --help` prints."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        formatter = argparse.HelpFormatter
        command = _commands()[self.arguments[0]]
        command.formatter_class = lambda prog: formatter(prog, width=88)
        text = command.format_help()
        return [nodes.literal_block(text, text, language="text")]


class JavaScriptMethods(SphinxDirective):
    """`{javascript-methods} formset`: each method, and what the Python behind it says of itself."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        methods, owners = _KINDS[self.arguments[0]]
        said = {name: _said(each) for name, each in _DESCRIPTIONS[self.arguments[0]].items()}
        for js_name, name in (methods | _OWN).items():
            if name in _UNSAID:
                said[f"{js_name}()"] = _UNSAID[name]
                continue
            member = _documented(name, owners)
            said[f"{js_name}({_parameters(member)})"] = _said(member)
        items = []
        for name, words in sorted(said.items()):
            term = nodes.term("", "", nodes.literal("", name))
            body = nodes.definition("", nodes.paragraph("", "", *_marked(words)))
            items.append(nodes.definition_list_item("", term, body))
        return [nodes.definition_list("", *items)]


class Gallery(SphinxDirective):
    """`{gallery}`: the examples of `gallery/examples.toml`, which tools/gallery.py builds beside this page."""

    def run(self) -> list[nodes.Node]:
        place = Path(self.env.srcdir) / "gallery" / "examples.toml"
        self.env.note_dependency(str(place))
        cards = map(_card, tomllib.loads(place.read_text("utf-8"))["example"])
        return [nodes.raw("", f'<ul class="gallery">{"".join(cards)}</ul>', format="html")]


def _card(example: dict[str, Any]) -> str:
    name, title, says, how_to = (
        html.escape(example[key]) for key in ("name", "title", "says", "how_to")
    )
    return (
        f'<li><h2><a href="gallery/{name}/index.html">{title}</a></h2><p>{says}</p>'
        f'<p><a href="{how_to}">{html.escape(example["how_to_title"])}</a></p></li>'
    )


def _commands() -> dict[str, argparse.ArgumentParser]:
    for action in _parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise LookupError("The command line has no commands.")


def _documented(name: str, owners: tuple[Any, ...]) -> Any:
    """Return the first of the owners' members of that name that says what it does."""
    for owner in owners:
        member = inspect.getattr_static(owner, name, None)
        if member is not None and _said(member):
            return member
    raise LookupError(f"{name}: none of {', '.join(map(str, owners))} says what it does.")


def _said(member: Any) -> str:
    words = inspect.getdoc(getattr(member, "fget", None) or member) or ""
    return words.split("\n\n")[0].replace("\n", " ")


def _parameters(member: Any) -> str:
    if not inspect.isfunction(member):
        return ""
    return ", ".join(name for name in inspect.signature(member).parameters if name != "self")


def _marked(text: str) -> list[nodes.Node]:
    """Return `text` with what stands between backticks as code."""
    parts = re.split(r"`([^`]+)`", text)
    return [nodes.literal("", each) if i % 2 else nodes.Text(each) for i, each in enumerate(parts)]


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("command-help", CommandHelp)
    app.add_directive("javascript-methods", JavaScriptMethods)
    app.add_directive("gallery", Gallery)
    return {"parallel_read_safe": True}
