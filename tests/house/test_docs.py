"""The documentation builds without a warning, its links lead somewhere, and what it tells to run runs."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

import clientforms
from tests.conftest import MAKING, ROOT
from tools.docs import on_the_web

DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
PAGES = {path.relative_to(ROOT).as_posix(): path for path in sorted(DOCS.rglob("*.md"))}
TEXTS = {"README.md": ROOT / "README.md", **PAGES}

SUBMITTED = """
import sys
sys.path.insert(0, {examples!r})
import server, django
django.setup()
from django.test import Client
data = {{
    "guests-TOTAL_FORMS": "2", "guests-INITIAL_FORMS": "0",
    "guests-0-name": "Ada", "guests-0-meal": "fish", "guests-1-name": {second!r}, "guests-1-meal": "vegan",
}}
client = Client(headers={{"host": "localhost", "origin": {origin!r}}})
answer = client.post("/guests/", data)
print(answer.status_code, answer.content.decode())
"""


class Links(HTMLParser):
    """What one page of HTML names, what it loads, and where it can be pointed into."""

    def __init__(self, html):
        super().__init__()
        self.names, self.loads, self.anchors, self.attributes = [], [], set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.attributes.append((tag, given))
        self.anchors |= {given[key] for key in ("id", "name") if given.get(key)}
        loads = ["src", "srcset", "poster", "data"] + (["href"] if tag == "link" else [])
        self.loads += [given[key] for key in loads if given.get(key)]
        self.names += [given[key] for key in ("href", "src") if given.get(key)]


@pytest.fixture(scope="module")
def site(documented_site):
    """The page with the documentation, as `make docs` writes them."""
    return documented_site


@pytest.fixture(scope="module")
def pages(site):
    """The documentation's own pages; `live/` and `gallery/` are sites of clientforms."""
    found = [
        path
        for path in (site / "docs").rglob("*.html")
        if not {"live", "gallery"} & {*path.relative_to(site).parts}
    ]
    assert len(found) > len(PAGES)
    return {path: Links(path.read_text("utf-8")) for path in found}


def test_every_link_leads_somewhere(pages):
    lost = []
    for page, links in pages.items():
        for name in links.names:
            parts = urlsplit(name)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            known = target in pages and parts.fragment
            if not target.is_file() or (
                known and unquote(parts.fragment) not in links_of(pages, target)
            ):
                lost.append(f"{page.name}: {name}")
    assert lost == []


def links_of(pages, page):
    # Furo's own script answers these two.
    return pages[page].anchors | {"top", ""}


def test_nothing_is_loaded_from_elsewhere(pages, site):
    loaded = [
        (page.name, name)
        for page, links in pages.items()
        for name in links.loads
        if not name.startswith("data:")
    ]
    assert [each for each in loaded if urlsplit(each[1]).netloc or each[1].startswith("/")] == []
    sheets = list((site / "docs" / "_static").rglob("*.css"))
    named = [
        url
        for path in sheets
        for url in re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')]+)", path.read_text("utf-8"))
    ]
    assert sheets
    assert [url for url in named if urlsplit(url).netloc] == []


def test_each_page_is_in_the_contents(pages, site):
    index = pages[site / "docs" / "index.html"]
    reached = {urlsplit(name).path for name in index.names}
    sources = {path.removeprefix("docs/").removesuffix(".md") + ".html" for path in PAGES}
    assert sources - {"index.html"} <= reached


def test_the_reference_has_every_public_name(pages, site):
    anchors = pages[site / "docs" / "reference" / "python.html"].anchors
    for name in set(clientforms.__all__) - {"__version__"}:
        assert f"clientforms.{name}" in anchors
    assert "clientforms.ClientFormSet.add_another" in anchors
    script = (site / "docs" / "reference" / "javascript.html").read_text("utf-8")
    assert "addAnother(" in script
    commands = (site / "docs" / "reference" / "commands.html").read_text("utf-8")
    assert "--on-valid" in commands


def test_definition_lists_are_lists(site):
    """MyST leaves them as text unless it is told to."""
    found = 0
    for name, source in PAGES.items():
        prose = re.sub(
            r"^```.*?^```", "", source.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE
        )
        written = len(re.findall(r"^: ", prose, re.MULTILINE))
        html = (site / name).with_suffix(".html").read_text("utf-8")
        assert html.count("<dd>") >= written
        assert written == 0 or '<dl class="simple myst">' in html
        found += written
    assert found > 9


def test_a_live_page_is_inside(pages, site):
    (frame,) = [
        given for tag, given in pages[site / "docs" / "try.html"].attributes if tag == "iframe"
    ]
    live = site / "docs" / frame["src"]
    assert 'name="guests-0-name"' in live.read_text("utf-8")


def test_the_page_links_to_the_documentation_only_where_it_is(site):
    def is_hidden(html, mark="data-docs"):
        (place,) = [given for _, given in Links(html).attributes if mark in given]
        return "hidden" in place

    given = (ROOT / "index.html").read_text("utf-8")
    assert is_hidden(given)
    assert is_hidden(given, "data-repository")
    built = (site / "index.html").read_text("utf-8")
    assert not is_hidden(built)
    assert not is_hidden(built, "data-repository")
    links = [
        given["href"] for tag, given in Links(built).attributes if tag == "a" and "href" in given
    ]
    wanted = {f"docs/{name}.html" for name in ("tutorial", "index", "gallery")}
    assert wanted <= set(links)
    assert all((site / name).is_file() for name in wanted)
    assert "https://code.example.org/forms" in links


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("https://code.example.org/me/forms.git", "https://code.example.org/me/forms"),
        ("https://me:secret@code.example.org/me/forms", "https://code.example.org/me/forms"),
        ("git@code.example.org:me/forms.git", "https://code.example.org/me/forms"),
        ("ssh://git@code.example.org/me/forms.git", "https://code.example.org/me/forms"),
        ("/srv/forms.git", ""),
        ("", ""),
    ],
)
def test_the_repository_is_linked_where_it_is_on_the_web(origin, address):
    assert on_the_web(origin) == address


def test_make_build_leaves_out_documentation_that_would_be_of_another_version(site, tmp_path):
    out = tmp_path / "site"
    shutil.copytree(site, out, ignore=shutil.ignore_patterns("gallery"))
    done = subprocess.run(
        ["make", "build", f"OUT={out}"],
        cwd=ROOT, env=MAKING, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert not (out / "docs").exists()


def blocks(path, language):
    return re.findall(
        rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )


@pytest.mark.parametrize("name", TEXTS)
def test_python_in_it_is_python(name):
    for block in blocks(TEXTS[name], "python"):
        ast.parse(block)


@pytest.mark.parametrize("name", TEXTS)
def test_files_that_are_named_exist(name):
    text = TEXTS[name].read_text("utf-8")
    for file in re.findall(r"docs/[\w./-]+\.(?:py|md|html|css|png)", text):
        assert (ROOT / file).is_file(), file
    for file in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (TEXTS[name].parent / file).is_file(), file


def test_each_example_is_told_of():
    told = "".join(path.read_text("utf-8") for path in PAGES.values())
    for path in EXAMPLES.iterdir():
        if path.name != "__pycache__":
            assert path.name in told


def commands():
    """The lines that run clientforms on a file which is there: an example, or the tutorial's copy of one."""
    for name, path in TEXTS.items():
        for block in blocks(path, "sh"):
            for line in block.splitlines():
                words = shlex.split(line, comments=True)
                if words[:2] in (["clientforms", "build"], ["clientforms", "check"]):
                    file = words[2].partition(":")[0]
                    if (ROOT / file).is_file() or (EXAMPLES / file).is_file():
                        yield pytest.param(words, id=f"{name}: {line}")


COMMANDS = list(commands())


def test_there_are_commands_to_run():
    assert len(COMMANDS) > 6


@pytest.mark.parametrize("words", COMMANDS)
def test_its_commands_run(words, tmp_path):
    shutil.copytree(EXAMPLES, tmp_path / "docs" / "examples")
    shutil.copy(EXAMPLES / "party.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    if "--out" in words:
        assert (tmp_path / words[words.index("--out") + 1] / "index.html").is_file()


@pytest.mark.parametrize(
    ("second", "origin", "said"),
    [
        ("Grace", "https://party.example.org", "200 Expecting Ada, Grace."),
        ("Ada", "https://party.example.org", "Two guests have the same name."),
        ("Grace", "https://elsewhere.example.org", "403"),
    ],
)
def test_the_server_of_the_how_to_judges_what_it_receives(second, origin, said, tmp_path):
    program = SUBMITTED.format(examples=str(EXAMPLES), second=second, origin=origin)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
