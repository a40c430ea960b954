"""Zip archives are read as Python's own `zipfile` reads them, and what is damaged is told."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientforms.engine.project.zip_archive import files, names

NAMES = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="/\\"), min_size=1
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
CONTENTS = st.one_of(st.binary(max_size=200), st.binary(max_size=9).map(lambda part: part * 500))
METHODS = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])


def archive(entries, comment=b"", folders=()):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name in folders:
            packed.writestr(zipfile.ZipInfo(f"{name}/"), b"")
        for name, (content, method) in entries.items():
            packed.writestr(zipfile.ZipInfo(name), content, method)
        packed.comment = comment
    return written.getvalue()


@given(
    st.dictionaries(PATHS, st.tuples(CONTENTS, METHODS), max_size=5),
    st.binary(max_size=20).filter(lambda comment: b"PK" not in comment),
    st.lists(NAMES, unique=True, max_size=2),
)
def test_what_python_packed_is_read_back(entries, comment, folders):
    packed = archive(entries, comment, folders)
    assert dict(files(packed)) == {name: content for name, (content, _) in entries.items()}
    assert names(packed) == list(entries)


def test_a_name_in_another_encoding_is_told():
    packed = archive({"a.txt": (b"", zipfile.ZIP_STORED)}).replace(b"a.txt", b"\x84.txt")
    with pytest.raises(ImportError, match="can't decode"):
        names(packed)


WHOLE = archive({
    "stored.txt": (b"stored " * 9, zipfile.ZIP_STORED),
    "deflated.txt": (b"deflated " * 9, zipfile.ZIP_DEFLATED),
})  # fmt: skip


COMMENT_S_LENGTH = 2  # bytes at the end, which nobody reads


@pytest.mark.parametrize("length", range(len(WHOLE) - COMMENT_S_LENGTH))
def test_a_part_of_an_archive_is_none(length):
    with pytest.raises(ImportError, match="not a complete zip archive"):
        list(files(WHOLE[:length]))


@pytest.mark.parametrize("place", range(len(WHOLE)))
def test_what_is_damaged_is_never_taken_for_what_it_was(place):
    damaged = WHOLE[:place] + bytes([WHOLE[place] ^ 0x55]) + WHOLE[place + 1 :]
    try:
        read = dict(files(damaged))
    except (ImportError, OSError):
        return
    contents = {b"stored " * 9, b"deflated " * 9}
    assert set(read.values()) <= contents
