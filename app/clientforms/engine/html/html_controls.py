"""Work out what a browser would submit for a piece of HTML.

The rules are those of the HTML standard, "Constructing the entry list" and "Value sanitization":
disabled and unnamed controls post nothing, a single select posts an option even if none is
chosen, an unticked checkbox posts nothing. File inputs are left out: their value is not text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

from clientforms.engine.post.posted_text import as_shown, posted_text

__all__ = ["sanitized", "submitted"]

_NOT_SUBMITTED = {"submit", "button", "reset", "image", "file"}
_NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][-+]?\d+)?\Z")
_SHAPES = {
    "number": _NUMBER,
    "date": re.compile(r"\d{4,}-\d\d-\d\d\Z"),
    "time": re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,3})?)?\Z"),
    "datetime-local": re.compile(r"\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?\Z"),
    "month": re.compile(r"\d{4,}-\d\d\Z"),
    "week": re.compile(r"\d{4,}-W\d\d\Z"),
}


def submitted(html: str) -> dict[str, list[str]]:
    """Return what the controls in `html` would post: name to list of strings, in order."""
    parser = _Controls()
    parser.feed(html)
    parser.close()
    return parser.entries


def sanitized(kind: str, value: str) -> str:
    """Return what a control with the type `kind` (or `textarea`) posts for `value`."""
    if kind in _SHAPES:
        return value if _SHAPES[kind].match(value) else ""
    return _SANITIZERS.get(kind, _without_newlines)(value)


class _Controls(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.entries: dict[str, list[str]] = {}
        self._disabled_fieldsets: list[bool] = []
        self._select: _Select | None = None
        self._text: list[str] | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "fieldset":
                self._disabled_fieldsets.append("disabled" in given)
            case "input" if self._is_successful(given):
                self._input(given)
            case "textarea":
                self._textarea = given["name"] if self._is_successful(given) else None
                self._text = []
            case "select":
                self._select = _Select(given, self._is_successful(given))
            case "optgroup" if self._select:
                self._select.group_disabled = "disabled" in given
            case "option" if self._select:
                self._finish_option()
                self._select.option = given
                self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "fieldset" if self._disabled_fieldsets:
                self._disabled_fieldsets.pop()
            case "textarea":
                text = as_shown("".join(self._text or ()))
                if self._textarea:  # the parser drops one newline after the tag
                    self._add(self._textarea, text.removeprefix("\n"))
                self._textarea = self._text = None
            case "option":
                self._finish_option()
            case "optgroup" if self._select:
                self._select.group_disabled = False
            case "select" if self._select:
                self._finish_option()
                for value in self._select.chosen():
                    self._add(self._select.attrs["name"], value)
                self._select = None

    def _is_successful(self, attrs: dict[str, str]) -> bool:
        disabled = "disabled" in attrs or any(self._disabled_fieldsets)
        return bool(attrs.get("name")) and not disabled

    def _input(self, attrs: dict[str, str]) -> None:
        kind = attrs.get("type", "text").lower()
        if kind in _NOT_SUBMITTED:
            return
        if kind in ("checkbox", "radio"):
            if "checked" in attrs:
                self._add(attrs["name"], attrs.get("value", "on"))
            return
        self._add(attrs["name"], sanitized(kind, attrs.get("value", "")))

    def _finish_option(self) -> None:
        if self._select and self._select.option is not None:
            label = " ".join("".join(self._text or ()).split())
            self._select.add(label)
            self._text = None

    def _add(self, name: str, value: str) -> None:
        self.entries.setdefault(name, []).append(posted_text(value))


class _Select:
    def __init__(self, attrs: dict[str, str], successful: bool) -> None:
        self.attrs = attrs
        self.successful = successful
        self.option: dict[str, str] | None = None
        self.group_disabled = False
        self._options: list[tuple[str, bool, bool]] = []  # value, selected, disabled

    def add(self, label: str) -> None:
        assert self.option is not None
        disabled = "disabled" in self.option or self.group_disabled
        value = self.option.get("value", label)
        self._options.append((value, "selected" in self.option, disabled))
        self.option = None

    def chosen(self) -> list[str]:
        if not self.successful:
            return []
        selected = [option for option in self._options if option[1]]
        if "multiple" not in self.attrs:
            selected = selected[-1:]
            if not selected and self.attrs.get("size", "1") in ("", "0", "1"):
                selected = [option for option in self._options if not option[2]][:1]
        return [value for value, _, disabled in selected if not disabled]


def _without_newlines(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


def _stripped(value: str) -> str:
    return _without_newlines(value).strip(" \t\f")


def _color(value: str) -> str:
    return value.lower() if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else "#000000"


def _range(value: str) -> str:
    return value if _NUMBER.match(value) else "50"


_SANITIZERS: dict[str, Callable[[str], str]] = {
    "hidden": posted_text,
    "textarea": posted_text,
    "url": _stripped,
    "email": _stripped,
    "color": _color,
    "range": _range,
}
