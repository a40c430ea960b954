"""The style sheets and scripts of a page's forms: in its head, where a build finds them.

Each keeps the address that Python has for it, by which `browser/dom/widget_media.py` knows it in a built page.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator

from django.forms import BaseForm, Media

from clientforms.builder.django_project.model_choices import fields_of
from clientforms.builder.html.hashed_names import MEDIA
from clientforms.builder.html.html_tree import Element, HtmlTree
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.data.formsets_in_forms import formsets_of

__all__ = ["add_media", "media_of", "media_owners"]


def media_of(form: BaseForm, *outer: type[BaseForm]) -> Iterator[str]:
    """Yield `{{ form.media }}`, and that of the formsets which rows made of this form have.

    `outer` are the classes of the forms that this one is in: a comment may have comments.
    """
    yield str(form.media)
    for inner in formsets_of(form).values():
        if inner.form not in (*outer, type(form)):
            yield from media_of(inner.empty_form, *outer, type(form))


def media_owners(live: ClientForm | ClientFormSet) -> dict[str, tuple[str, str]]:
    """Return which field, and its widget's class, names a style sheet or script, by its address.

    The field is empty if the form itself does.
    """
    form = live.blank_form(0)
    found = dict.fromkeys(_addresses(form.media), ("", ""))
    for name, field in fields_of(live):
        owner = name, type(field.widget).__name__
        found |= dict.fromkeys(_addresses(field.widget.media), owner)
    return found


def _addresses(media: Media) -> Iterator[str]:
    for element in HtmlTree(str(media)).elements:
        if address := _address(element):
            yield address


def add_media(tree: HtmlTree, media: Iterable[tuple[str, bool]]) -> None:
    """Put the style sheets and scripts that widgets need into the head, each address once.

    `media` are pairs: the HTML, and whether the form that has it stands in the page. Where it does
    not, no script of it runs: Python runs it once the form is there.
    """
    head = tree.first("head")
    if head is None or not head.is_closed:
        return
    named = {
        _address(element): element for element in tree.elements if element.tag in ("link", "script")
    }
    seen: set[str] = set()
    for text, is_here in media:
        wanted = HtmlTree(text)
        for element in wanted.top():
            address = _address(element)
            what, said = address or wanted.text_of(element), html.escape(address)
            if what in seen:
                wanted.replace(element, "")
            elif address and address in named:
                tree.set_attribute(named[address], MEDIA, said)
                wanted.replace(element, "")
            elif address and element.tag == "script" and not is_here:
                note = f'<script type="text/plain" {MEDIA}="{said}" src="{said}"></script>'
                wanted.replace(element, note)
            elif address:
                wanted.set_attribute(element, MEDIA, said)
                if element.tag == "script" and not {"async", "type"} & element.attributes.keys():
                    wanted.set_attribute(element, "defer")  # its order is kept, and forms are there
            seen.add(what)
        tree.insert(head.close, wanted.edited())


def _address(element: Element) -> str:
    return element.attributes.get("href") or element.attributes.get("src") or ""
