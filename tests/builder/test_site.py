"""Writing a site: whole or not at all, and never over what somebody else put there."""

import os
import resource
import subprocess
import sys

import pytest

from clientforms.builder.output.site_files import MARKER, BuildError, Site, write_file, write_site
from tests.conftest import ROOT

ONE = Site({"index.html": b"<p>One", "static/boot.js": b"1"})
TWO = Site({"index.html": b"<p>Two", "static/other.js": b"2"})


def content(folder):
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    found.pop(MARKER, None)
    return found


def test_a_new_site_takes_the_place_of_the_old_one_with_nothing_left_of_it(tmp_path):
    out = tmp_path / "deep" / "site"
    assert write_site(ONE, out)
    assert content(out) == ONE.files
    assert write_site(TWO, out)
    assert content(out) == TWO.files
    assert [each.name for each in out.parent.iterdir()] == ["site"]


def test_the_same_site_is_not_written_again(tmp_path):
    write_site(ONE, tmp_path / "site")
    before = (tmp_path / "site").stat().st_ino
    assert not write_site(ONE, tmp_path / "site")
    assert (tmp_path / "site").stat().st_ino == before


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "site").mkdir()
    write_site(ONE, tmp_path / "site")
    assert content(tmp_path / "site") == ONE.files


@pytest.mark.parametrize("there", ["letter.txt", ".git/config", "empty/"])
def test_a_folder_with_something_of_somebody_elses_is_left_as_it_is(tmp_path, there):
    place = tmp_path / "site" / there
    place.parent.mkdir(parents=True)
    place.mkdir() if there.endswith("/") else place.write_text("dear")
    with pytest.raises(BuildError, match=r"not empty.*--out"):
        write_site(ONE, tmp_path / "site")
    assert [each.name for each in tmp_path.rglob("*")] == list(
        dict.fromkeys(["site", *there.strip("/").split("/")])
    )


def test_a_file_that_was_put_into_a_site_is_not_lost(tmp_path):
    write_site(ONE, tmp_path / "site")
    (tmp_path / "site" / "cname").write_text("example.org")
    with pytest.raises(BuildError, match="cname was not written by clientforms"):
        write_site(TWO, tmp_path / "site")
    assert content(tmp_path / "site") == {**ONE.files, "cname": b"example.org"}


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "site").write_text("dear")
    with pytest.raises(BuildError, match="is a file"):
        write_site(ONE, tmp_path / "site")
    with pytest.raises(BuildError, match="is a file"):
        write_site(ONE, tmp_path / "site" / "below")


@pytest.mark.parametrize("name", ["../out.html", "/etc/motd", ""])
def test_a_site_stays_in_its_folder(tmp_path, name):
    with pytest.raises(ValueError, match="not a path inside"):
        write_site(Site({name: b""}), tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, signal, sys
from pathlib import Path
from clientforms.builder.output.site_files import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    if sys.argv[1] == "folder":
        write_site(Site({"index.html": b"x" * 100_000}), Path("site"))
    else:
        write_file(Path("one.html"), b"x" * 100_000)
except BuildError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_disk_that_takes_no_more_leaves_the_old_site(tmp_path, kind):
    """A limit on the size of files stands for the full disk: both refuse in the middle of a write."""
    assert resource.RLIMIT_FSIZE
    write_site(ONE, tmp_path / "site")
    write_file(tmp_path / "one.html", b"old")
    before = content(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", FULL, kind],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "could not be written" in line
    assert content(tmp_path) == before
