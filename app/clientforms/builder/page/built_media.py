"""Put the style sheets and scripts of a page's forms into its head, where a build finds them.

Each keeps its original URL in an attribute, by which `browser/dom/widget_media.py` finds it.
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
    """Yield `{{ form.media }}` of the form and of formsets nested in it.

    `outer` are the classes of outer forms, to avoid recursion: a comment may have comments.
    """
    yield str(form.media)
    for inner in formsets_of(form).values():
        if inner.form not in (*outer, type(form)):
            yield from media_of(inner.empty_form, *outer, type(form))


def media_owners(live: ClientForm | ClientFormSet) -> dict[str, tuple[str, str]]:
    """Return the field and the class of its widget for each style sheet or script, by URL.

    Both are empty if it belongs to the form's own media.
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
    """Put the style sheets and scripts that widgets need into the head, each URL once.

    `media` has pairs of HTML and whether its form is in the page. If it is not, its scripts do not run:
    Python runs them when the form is there.
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
                    wanted.set_attribute(element, "defer")  # in order, after forms are parsed
            seen.add(what)
        tree.insert(head.close, wanted.edited())


def _address(element: Element) -> str:
    return element.attributes.get("href") or element.attributes.get("src") or ""
