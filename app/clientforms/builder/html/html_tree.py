"""A tree of the elements in HTML text, to edit parts of the text and keep the rest.

It uses the parser of the standard library. Browsers' handling of broken markup is not imitated,
except for paragraphs and table cells without end tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.parser import HTMLParser

__all__ = ["Element", "HtmlTree"]

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)  # fmt: skip
_RAW = frozenset({"script", "style", "textarea", "title", "template", "noscript"})
_CLOSES_P = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "details",
        "dialog",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "ul",
    ]
)
_CLOSES_SAME = {
    "li": ({"li"}, {"ul", "ol"}),
    "option": ({"option"}, {"select", "datalist"}),
    "tr": ({"tr", "td", "th"}, {"table", "tbody", "thead", "tfoot"}),
    "td": ({"td", "th"}, {"tr"}),
    "th": ({"td", "th"}, {"tr"}),
    "tbody": ({"tbody", "thead", "tr", "td", "th"}, {"table"}),
}


@dataclass(eq=False)
class Element:
    """An element: its tag is from `start` to `inside`, its content from `inside` to `close`."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None
    start: int
    inside: int
    close: int = -1
    is_closed: bool = False  # whether it has an end tag
    children: list[Element] = field(default_factory=list)

    def ancestors(self) -> Iterator[Element]:
        """Yield the ancestors, innermost first."""
        around = self.parent
        while around:
            yield around
            around = around.parent

    def descendants(self) -> Iterator[Element]:
        """Yield the descendants, in the order of the text."""
        for child in self.children:
            yield child
            yield from child.descendants()


class HtmlTree:
    """The elements of a text, and edits that `edited()` carries out."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.elements = _Nesting().read(text)
        self._edits: list[tuple[int, int, str]] = []

    @staticmethod
    @lru_cache(maxsize=4)
    def reading(text: str) -> HtmlTree:
        """Return a cached tree, which must not be edited, because a build reads the same page often."""
        return HtmlTree(text)

    def top(self) -> list[Element]:
        """Return the outermost elements."""
        return [element for element in self.elements if element.parent is None]

    def first(self, tag: str) -> Element | None:
        """Return the first element with this tag, or None."""
        return next((element for element in self.elements if element.tag == tag), None)

    def text_of(self, element: Element) -> str:
        """Return the source of the content of `element`."""
        return self.text[element.inside : element.close]

    def insert(self, place: int, text: str) -> None:
        """Insert `text` at the offset `place`, after earlier inserts there."""
        self._edits.append((place, place, text))

    def replace_inside(self, element: Element, text: str) -> None:
        """Replace the content of `element` by `text`."""
        self._edits.append((element.inside, element.close, text))

    def replace(self, element: Element, text: str) -> None:
        """Replace `element` and its content by `text`. Do not edit anything inside it then."""
        end = self.text.index(">", element.close) + 1 if element.is_closed else element.close
        self._edits.append((element.start, end, text))

    def set_attribute(self, element: Element, name: str, value: str = "") -> None:
        """Add an attribute to `element` if it is missing; `value` must be escaped."""
        if name in element.attributes:
            return
        element.attributes[name] = value
        place = element.inside - (2 if self.text[element.inside - 2] == "/" else 1)
        self.insert(place, f' {name}="{value}"' if value else f" {name}")

    def put_attribute(self, element: Element, name: str, value: str = "") -> None:
        """Set an attribute of `element`, replacing an existing one."""
        self.remove_attribute(element, name)
        self.set_attribute(element, name, value)

    def remove_attribute(self, element: Element, name: str) -> None:
        """Remove an attribute if it exists."""
        if element.attributes.pop(name, None) is None:
            return
        value = r"""(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?"""
        attribute = re.compile(rf"""(?:"[^"]*"|'[^']*'|(\s+{re.escape(name)}{value})(?=[\s/>]))""")
        for found in attribute.finditer(self.text, element.start, element.inside):
            if found[1]:
                self._edits.append((found.start(1), found.end(1), ""))
                return

    def edited(self) -> str:
        """Return the text with all edits. Everything else is unchanged."""
        parts, last = [], 0
        for start, end, text in sorted(self._edits, key=lambda edit: edit[:2]):
            parts += [self.text[last:start], text]
            last = end
        return "".join([*parts, self.text[last:]])


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag in a text. `attributes` is None for an end tag."""

    name: str
    attributes: dict[str, str] | None
    start: int
    end: int
    closes_itself: bool = False


@lru_cache(maxsize=2)
def _tags(text: str) -> list[_Tag]:
    """Return the tags of `text`, cached because a build often reads the same text again."""
    parser = _Parser(text)
    parser.feed(text)
    parser.close()
    return parser.tags


class _Parser(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self._lines = [0] + [found.end() for found in re.finditer("\n", text)]
        self.tags: list[_Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, str] = {}
        for name, value in attrs:
            given.setdefault(name, value or "")
        place, text = self._place(), self.get_starttag_text() or ""
        self.tags.append(_Tag(tag, given, place, place + len(text), text.endswith("/>")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        place = self._place()
        self.tags.append(_Tag(tag, None, place, place))

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


class _Nesting:
    """Makes elements of tags, tracking which are open."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def read(self, text: str) -> list[Element]:
        """Return the elements of `text`, in its order."""
        for tag in _tags(text):
            if tag.attributes is None:
                self._end(tag.name, tag.start)
            elif not self._in_raw():
                self._start(tag, tag.attributes)
        self._close_down_to(0, len(text))
        return self.elements

    def _start(self, tag: _Tag, attributes: dict[str, str]) -> None:
        if tag.name in _CLOSES_P:
            self._close_open({"p"}, {"button", "td", "th", "caption", "object"}, tag.start)
        if tag.name in _CLOSES_SAME:
            self._close_open(*_CLOSES_SAME[tag.name], tag.start)
        parent = self._open[-1] if self._open else None
        element = Element(tag.name, dict(attributes), parent, tag.start, tag.end)
        element.close = element.inside
        self.elements.append(element)
        if parent:
            parent.children.append(element)
        is_empty = tag.name in _VOID or (
            tag.closes_itself and any(ancestor.tag in ("svg", "math") for ancestor in self._open)
        )
        if not is_empty:
            self._open.append(element)

    def _end(self, name: str, place: int) -> None:
        if self._in_raw() and name != self._open[-1].tag:
            return
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag == name:
                self._open[index].is_closed = True
                self._close_down_to(index, place)
                return

    def _in_raw(self) -> bool:
        return bool(self._open) and self._open[-1].tag in _RAW

    def _close_open(self, tags: set[str], scope: set[str], place: int) -> None:
        """Close what a new element ends: the outermost of `tags` inside the nearest of `scope`."""
        outermost = None
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag in scope:
                break
            if self._open[index].tag in tags:
                outermost = index
        if outermost is not None:
            self._close_down_to(outermost, place)

    def _close_down_to(self, index: int, place: int) -> None:
        for element in self._open[index:]:
            element.close = place
        del self._open[index:]
