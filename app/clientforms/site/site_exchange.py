"""Media as one ZIP and rows as a JSON fixture, out of the page and into it."""

from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, transaction

from clientforms.site.database_files import ImportRefusedError
from clientforms.site.site_words import word

__all__ = ["fixture", "load_fixture", "packed", "unpack"]

_REMADE = {"contenttypes": "contenttypes", "auth": "auth.permission", "sessions": "sessions"}
"""What each database makes itself, by the label of the app."""
_FIRST_TIME = (1980, 1, 1, 0, 0, 0)  # a ZIP knows no earlier one


def packed(folder: Path) -> bytes:
    """Return a ZIP of all files in a folder."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            info = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _FIRST_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, path.read_bytes())
    return content.getvalue()


def unpack(content: bytes, folder: Path) -> None:
    """Unpack a ZIP into a folder. Raises ImportRefusedError, with nothing changed, if it is none or damaged."""
    refused = ImportRefusedError(word("This file is no ZIP archive, or it is damaged."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {
                each.filename: archive.read(each)
                for each in archive.infolist()
                if not each.is_dir()
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise refused from error
    for name in files:
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or "\\" in name or not place.parts:
            raise refused
    for name, file in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file)


def fixture() -> bytes:
    """Return all rows of all models as JSON, with natural keys."""
    output = io.StringIO()
    labels = {each.label for each in apps.get_app_configs()}
    remade = [name for label, name in _REMADE.items() if label in labels]
    call_command("dumpdata", exclude=remade, use_natural_foreign_keys=True, indent=1, stdout=output)
    return output.getvalue().encode()


def load_fixture(content: bytes) -> None:
    """Load a JSON fixture. Raises ImportRefusedError, with nothing changed, if it does not fit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "import.json")
        path.write_bytes(content)
        try:
            with transaction.atomic():
                call_command("loaddata", str(path), verbosity=0)
        except (CommandError, DeserializationError, DatabaseError, UnicodeDecodeError) as error:
            raise ImportRefusedError(word("This fixture does not fit the site.")) from error
