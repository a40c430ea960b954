"""Files: what is uploaded, kept and served, and what is downloaded."""

import hashlib

import pytest


@pytest.fixture
def files(tmp_path):
    """A function that writes a file, and returns its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def test_an_upload_is_read(visitor, files):
    content = bytes(range(256))
    visitor.visit("/desk/files/upload/")
    visitor.submit({"file": files("Käse.bin", content), "label": "ä"})
    assert visitor.lines() == [
        "Käse.bin",
        "256",
        "application/octet-stream",
        "ä",
        "InMemoryUploadedFile",
        hashlib.sha256(content).hexdigest(),
    ]


def test_a_large_upload_goes_through_a_temporary_file(visitor, files):
    content = bytes(range(251)) * 13_000
    visitor.visit("/desk/files/upload/")
    visitor.submit({"file": files("large.txt", content)})
    assert visitor.lines() == [
        "large.txt",
        "3263000",
        "text/plain",
        "",
        "TemporaryUploadedFile",
        hashlib.sha256(content).hexdigest(),
    ]


def test_an_upload_that_is_refused(visitor, files):
    visitor.visit("/desk/files/upload/")
    visitor.submit({"label": "no file"})
    assert visitor.errors() == ["This field is required."]
    visitor.submit({"file": files("empty.txt", b"")})
    assert visitor.errors() == ["The submitted file is empty."]
    visitor.submit({"file": files("virus.exe", b"x")})
    assert visitor.errors() == ["Not this kind of file."]
    visitor.submit({"file": files(f"{'long' * 10}.txt", b"x")})
    assert "at most 30 characters (it has 44)" in visitor.errors()[0]
    assert visitor.value("label") == "no file"


def test_several_files_are_kept_and_served(visitor, files):
    visitor.visit("/desk/files/attach/")
    visitor.submit({"files": [files("a.txt", b"first"), files("b.txt", b"second one")]})
    assert [line.rpartition("/")[2] for line in visitor.lines("#attachments li")] == [
        "a.txt 5",
        "b.txt 10",
    ]
    visitor.follow("b.txt")
    assert visitor.status == 200
    assert visitor.text == "second one"


def test_a_name_that_is_taken_is_changed(visitor, files):
    visitor.visit("/desk/files/attach/")
    for content in (b"one", b"three"):
        visitor.submit({"files": [files("same.txt", content)]})
    first, second = visitor.lines("#attachments a")
    assert first.endswith("/same.txt")
    assert "/same_" in second
    visitor.follow(first)
    assert visitor.text == "one"


def test_a_file_of_a_model_is_kept_replaced_and_cleared(visitor, files):
    visitor.visit("/books/emma/change/")
    visitor.submit({"cover": files("cover.exe", b"x")})
    assert "File extension “exe” is not allowed" in visitor.errors()[0]
    visitor.submit({"cover": files("cover.txt", b"green")})
    visitor.visit("/books/emma/")
    visitor.follow("covers/cover.txt")
    assert visitor.text == "green"

    visitor.visit("/books/emma/change/")
    assert "covers/cover.txt" in visitor.text
    visitor.submit({"cover": files("other.txt", b"blue")})
    visitor.visit("/books/emma/")
    assert visitor.line("#cover") == "covers/other.txt"

    visitor.visit("/books/emma/change/")
    visitor.submit({"cover-clear": True})
    visitor.visit("/books/emma/")
    assert not visitor.has("#cover")


def test_kept_files_last_over_a_reload(visitor, files):
    visitor.visit("/desk/files/attach/")
    visitor.submit({"files": [files("kept.txt", b"cheese")]})
    visitor.reload()
    visitor.follow("kept.txt")
    assert visitor.text == "cheese"


def test_rows_of_a_file_become_objects(visitor, files):
    visitor.visit("/desk/files/import/")
    rows = "name,born\nAda Lovelace,1815-12-10\nZoë,1850-01-01\n"
    visitor.submit({"file": files("authors.csv", rows.encode())})
    assert visitor.lines() == ["Ada Lovelace, 1815-12-10", "Zoë, 1850-01-01"]
    visitor.visit("/books/authors/")
    assert visitor.value("authors-TOTAL_FORMS") == "7"


def test_a_download_that_the_csv_module_wrote(visitor):
    visitor.visit("/desk/files/")
    file = visitor.download("csv")
    assert file.name == "books.csv"
    rows = 'title,pages\r\nGerminal,591\r\nNana,468\r\n"ä, “quoted”",1\r\n'
    assert file.content.decode() == rows
    assert visitor.path == "/desk/files/"


def test_a_streamed_download(visitor):
    visitor.visit("/desk/files/")
    file = visitor.download("stream")
    assert file.name == "squares.csv"
    assert file.content.splitlines()[-1] == b"999,998001"


def test_a_file_response(visitor):
    visitor.visit("/desk/files/")
    file = visitor.download("response")
    assert (file.name, file.content) == ("all.bin", bytes(range(256)) * 64)


def test_a_download_with_a_name_in_unicode(visitor):
    visitor.visit("/desk/files/")
    file = visitor.download("named")
    assert (file.name, file.content) == ("Käse und €.txt", b"tea")


def test_a_download_without_a_name(visitor):
    visitor.visit("/desk/files/")
    file = visitor.download("bytes")
    assert file.content == b"\x00\xff"
