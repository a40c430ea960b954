"""Leave to the server what the page cannot validate: pictures without Pillow, unread files.

That is not an error: a note is shown instead.
"""

from __future__ import annotations

import codecs
from functools import cache
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import validate_image_file_extension
from django.forms import BaseForm, FileField, ImageField

from clientforms.texts import text

__all__ = ["LeftToServer", "prepare", "take_out", "take_out_of_list"]

_CODE = "left_to_server"

# Text formats that Pillow reads; other text is not a picture.
_TEXT_PICTURES = (b"#define", b"/* XPM", b"%!PS", b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7",
                  b"Pf", b"PF", b"Image type", b"SIMPLE", b"#?RADIANCE")  # fmt: skip
_NO_PICTURES = (b"%PDF-", b"PK\x03\x04", b"\x7fELF", b"MZ\x90", b"\x1f\x8b", b"ID3", b"7z\xbc\xaf")
_LOOK_AT = 1024  # bytes: enough for a signature, and to recognise text


class LeftToServer(ValidationError):
    """Raised if a form's code needs something that the page does not have.

    Django treats it as a field's error; `take_out()` turns that into a note.
    """

    raised = False
    """Whether it was ever raised."""

    def __init__(self, message: str) -> None:
        LeftToServer.raised = True
        super().__init__(message, code=_CODE)


def prepare(form: BaseForm) -> None:
    """If Pillow is not installed, let `form` leave its pictures to the server."""
    if _has_pillow():
        return
    for field in form.fields.values():
        if isinstance(field, ImageField):
            field_class: Any = type(field)
            field.__class__ = _without_pillow(field_class)
            field.validators = [
                validator
                for validator in field.validators
                if validator is not validate_image_file_extension
            ]


def take_out(form: BaseForm) -> dict[str, str]:
    """Remove what is left to the server from the errors of a cleaned `form`.

    Returns the notes to show instead, by field name or `__all__`.
    """
    notes = {
        name: field.left_to_server
        for name, field in form.fields.items()
        if isinstance(field, _PictureLeftToServer) and field.left_to_server
    }
    for name in list(form._errors) if LeftToServer.raised else ():
        found = take_out_of_list(form._errors[name])
        if not found:
            continue
        notes[name] = " ".join(found)
        if not form._errors[name]:
            del form._errors[name]
            if name != NON_FIELD_ERRORS:
                form.cleaned_data[name] = _cleaned(form, name)
    return {name: text for name, text in notes.items() if text}


def take_out_of_list(errors: Any) -> list[str]:
    """Remove what is left to the server from an ErrorList and return the messages."""
    left = [error for error in errors.as_data() if error.code == _CODE]
    if left:
        errors.data = [error for error in errors.as_data() if error.code != _CODE]
    return [str(error.message) for error in left]


class _PictureLeftToServer(ImageField):
    """Overrides Django's ImageField, which needs Pillow."""

    left_to_server = ""

    def to_python(self, data: Any) -> Any:
        self.left_to_server = ""
        file = FileField.to_python(self, data)
        if file is None:
            return None
        self.left_to_server = text(
            "This page cannot check pictures: the server will check “%(file)s”.",
            file=file.name,
        )
        try:
            start = file.read(_LOOK_AT)
            file.seek(0)
        except LeftToServer:
            start = b""
        if _is_no_picture(start):
            self.left_to_server = ""
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image")
        file.image = _UnseenPicture(self.left_to_server)
        return file


class _UnseenPicture:
    """Replaces Pillow's image: code that reads an attribute is left to the server."""

    def __init__(self, note: str) -> None:
        self._note = note

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise LeftToServer(self._note)


@cache
def _has_pillow() -> bool:
    return find_spec("PIL") is not None


@cache
def _without_pillow(field_class: Any) -> type[ImageField]:
    if field_class is ImageField:
        return _PictureLeftToServer
    if issubclass(field_class, _PictureLeftToServer):
        return field_class
    return type(field_class.__name__, (field_class, _PictureLeftToServer), {})


def _is_no_picture(start: bytes) -> bool:
    """Return whether Pillow certainly could not open a file that begins with `start`."""
    if start.startswith(_NO_PICTURES):
        return True
    if not start or start.startswith(_TEXT_PICTURES) or b"\x00" in start:
        return False
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(start)  # may end within a character
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\r\n\t\f\ufeff" for letter in text)


def _cleaned(form: BaseForm, name: str) -> Any:
    bound_field = form[name]
    try:
        return form.fields[name]._clean_bound_field(bound_field)
    except ValidationError:
        return bound_field.data
