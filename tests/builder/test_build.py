"""`clientforms build` and `clientforms check` on their own: what is written, what is said, what is left alone."""

import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog

from clientforms.builder.html.references import referred_to
from tests.conftest import MAKING, ROOT
from tests.support.sites import AUTHORS, build

PLAIN = "from django import forms\n\n\nclass PlainForm(forms.Form):\n    word = forms.CharField()\n"
SETS = PLAIN + "\n\nPlainFormSet = forms.formset_factory(PlainForm, extra=2)\n"


def command(folder, *arguments, **environment):
    """Run `clientforms` in `folder` as somebody does who has it installed."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "clientforms", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "app"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def write(folder, **modules):
    for name, text in modules.items():
        place = folder / f"{name.replace('__', '/')}.py"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def shipped(site, name):
    """Return the file of a site whose folder has a hash in its name, None if there is none."""
    head, _, rest = name.partition("/")
    found = [*site.glob(f"{head}-*/{rest}"), *site.glob(f"site-*/{name}")]
    return found[0] if found else None


def page_module(site):
    """Return the module that the build packs with the author's: what the page has to know of the project."""
    with zipfile.ZipFile(shipped(site, "app/packed.data")) as packed:
        return packed.read("clientforms_page.py").decode()


@functools.cache
def old_site():
    """Build a site of `PLAIN` and return what its files hold; once, for all tests that build over it."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), old=PLAIN)
        done = command(name, "build", "old.py:PlainForm", "--out", "site")
        assert done.returncode == 0, done.stderr
        return content(Path(name) / "site")


def refused(folder, *arguments, status=1, **environment):
    """Run a build over an old site; return the one line that says why there is no new one."""
    write(folder, old=PLAIN)
    before = old_site()
    for name, held in before.items():
        place = folder / "site" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(held)
    done = command(folder, "build", *arguments, "--out", "site", **environment)
    assert done.returncode == status, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("clientforms: ")
    assert "Traceback" not in done.stderr
    assert content(folder / "site") == before
    return line.removeprefix("clientforms: ")


# What is written


def test_a_site_is_the_same_to_the_byte_wherever_and_whenever_it_is_built(tmp_path):
    for folder in ("one", "other"):
        shutil.copytree(AUTHORS, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for path in (tmp_path / folder).rglob("*.py"):
            os.utime(path, (1, 1) if folder == "one" else None)
        done = command(
            tmp_path / folder, "build", "atlas/forms.py:TripForm", "recipe:RecipeForm",
            "--out", "site", PYTHONHASHSEED=str(len(folder)),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert content(tmp_path / "one" / "site") == content(tmp_path / "other" / "site")


def test_a_rebuild_with_nothing_changed_is_quick_and_writes_nothing(tmp_path):
    write(tmp_path, shop=SETS)
    arguments = ("build", "shop.py:PlainFormSet", "--out", "site")
    assert "Wrote site" in command(tmp_path, *arguments).stdout
    before = (tmp_path / "site").stat().st_ino
    worked = []
    for _ in range(2):  # what it works, for the machine may be doing something else
        started = os.times()
        assert "Nothing changed in site" in command(tmp_path, *arguments).stdout
        ended = os.times()
        own = ended.children_user - started.children_user
        worked.append(own + ended.children_system - started.children_system)
    assert min(worked) < 2
    assert (tmp_path / "site").stat().st_ino == before


def test_packages_are_packed_with_their_licences_and_what_was_read_is_too(tmp_path):
    out = build(tmp_path / "site", "recipe.py:RecipeForm", "atlas/forms.py:TripForm")
    with zipfile.ZipFile(shipped(out, "app/packed.data")) as packed:
        names = packed.namelist()
    assert "clientforms-compiled/home/pyodide/recipe.cpython-314.pyc" in names
    assert {"recipe.py", "tomlkit/api.py", "sortedcontainers/sorteddict.py"} <= set(names)
    assert {"atlas/places/cities.json", "atlas/templates/atlas/trip.html"} <= set(names)
    assert not [
        name for name in names if name.startswith(("django/", "survey")) or "__pycache__" in name
    ]
    licences = shipped(out, "app/licenses.txt").read_text("utf-8")
    assert "sortedcontainers 2" in licences
    assert "Sébastien Eustace" in licences
    assert "Apache License" in licences


def test_names_in_a_site_are_such_as_every_host_serves(tmp_path):
    out = build(tmp_path / "site", "survey.py:SurveyForm")
    pyscript = re.compile(r"static/runtime/pyscript/[\w.-]+")
    names = [name for name in content(out) if not pyscript.fullmatch(name)]
    assert [
        name for name in names if not re.fullmatch(r"[a-z0-9./-]+(_[a-z]+)?[a-z0-9.]*", name)
    ] == []
    assert not [name for name in content(out) if "/_" in name or name.endswith((".mjs", ".gz"))]
    assert not re.search(r'(src|href)="/', (out / "index.html").read_text("utf-8"))


def test_forms_are_called_as_django_calls_them_or_as_is_asked(tmp_path):
    write(
        tmp_path,
        shop=SETS
        + "\n\nOtherFormSet = PlainFormSet\n\n\nclass OtherFormSet(PlainFormSet):\n    pass\n",
    )

    def prefixes(*arguments):
        done = command(tmp_path, "build", *arguments, "--out", "site")
        assert done.returncode == 0, done.stderr
        html = (tmp_path / "site" / "index.html").read_text("utf-8")
        return re.findall(r'name="(\w+)-TOTAL_FORMS"', html)

    both = ("shop.py:PlainFormSet", "shop.py:OtherFormSet")
    assert prefixes(both[0]) == ["form"]
    assert prefixes(both[0], "--prefix", "words") == ["words"]
    assert prefixes(*both) == ["plain", "other"]
    assert prefixes(*both, "--prefix", "a", "--prefix", "b") == ["a", "b"]
    assert prefixes(*both, "--together") == ["plain", "other"]


def test_the_page_speaks_the_language_that_was_asked_for(tmp_path):
    out = build(
        tmp_path / "site", "tournament.py:TeamFormSet",
        options=("--language", "de-AT", "--title", "Spiele & mehr"),
    )  # fmt: skip
    html = (out / "index.html").read_text("utf-8")
    assert '<html lang="de-AT">' in html
    assert "<title>Spiele &amp; mehr</title>" in html
    assert "Entfernen" in html
    assert "Speichern" in html
    assert shipped(out, "static/runtime/languages/de.zip")
    assert not shipped(out, "static/runtime/languages/fr.zip")


def test_a_page_of_ones_own_keeps_what_it_says_and_brings_what_it_names(tmp_path):
    write(tmp_path, shop=SETS)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "logo.svg").write_text("<svg/>")
    (tmp_path / "own.css").write_text('body { background: url("pictures/back.png") }')
    (tmp_path / "pictures" / "back.png").write_bytes(b"png")
    (tmp_path / "page.html").write_text(
        '<html lang=fr><head><title>Mine</title><link rel=stylesheet href=own.css></head><body class="x">'
        '<img src="pictures/logo.svg" alt=""><a href="https://example.org/">out</a>'
        '<a href="shop/index.html" rel="external nofollow">the shop</a>'
        '<form action="/send" method="post"><div data-formset="shop.PlainFormSet"></div>'
        "<button>Go</button></form></body></html>"
    )
    done = command(
        tmp_path, "build", "shop.py:PlainFormSet", "--template", "page.html", "--out", "site"
    )
    assert (done.returncode, done.stderr) == (0, "")
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert '<body class="x">' in html
    assert "<title>Mine</title>" in html
    assert 'name="form-0-word"' in html
    assert "Ajouter" in html
    for name in ("pictures/logo.svg", "own.css", "pictures/back.png"):
        assert shipped(tmp_path / "site", name)


def test_what_style_sheets_and_scripts_name_is_found_under_the_names_that_it_gets(tmp_path):
    """Hosts do not send every name as it is, so files get others, which those that name them have to know."""
    for name, text in {
        "shop.py": SETS,
        "page.html": '<html><head><title>Mine</title><link rel="stylesheet" href="own.css">'
        '<script type="module" src="Own_script.js"></script></head><body>'
        '<img src="Pictures/My%20logo.svg" alt=""><form data-form="shop.PlainForm"></form></body></html>',
        "own.css": '@import "Looks/_More.css" screen;\nbody { background: url("Pictures/My%20logo.svg") }',
        "Looks/_More.css": "@import url(../other.css);\np { background: url(../Pictures/_dot.svg) }",
        "other.css": "p { color: teal }",
        "Own_script.js": 'import { two } from "./Parts/Two.js";\nimport("../outside.js");\ntwo();',
        "Parts/Two.js": 'export { two } from "./_three.js";',
        "Parts/_three.js": "export const two = () => { document.title = 'two'; };",
        "Pictures/My logo.svg": "<svg/>",
        "Pictures/_dot.svg": "<svg/>",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    arguments = ("shop.py:PlainForm", "--template", "page.html", "--out", "site")
    done = command(tmp_path, "build", *arguments)
    assert done.returncode == 0
    assert done.stderr == (
        "warning: page.html: ../outside.js is outside the template's folder, and is not copied.\n"
    )
    site = tmp_path / "site"
    (own,) = site.glob("site-*")
    named = [
        (path, address)
        for path in [*own.rglob("*.css"), *own.rglob("*.js")]
        for address in referred_to(path.suffix, path.read_text("utf-8"))
    ]
    assert len(named) == 7
    assert [each for each in named if not (each[0].parent / each[1]).is_file()] == [
        each for each in named if each[1] == "../outside.js"
    ]
    picture = re.search(r'<img[^>]* src="([^"]+)"', (site / "index.html").read_text("utf-8"))
    assert (site / picture[1]).is_file()
    alone = (site / "offline.html").read_text("utf-8")
    assert "p { color: teal }" in alone
    assert "@import" not in alone
    assert "@media screen {" in alone


def test_make_build_writes_the_projects_own_page(tmp_path):
    done = subprocess.run(
        ["make", "build", f"OUT={tmp_path / 'dist'}"],
        cwd=ROOT, env=MAKING, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    html = (tmp_path / "dist" / "index.html").read_text("utf-8")
    for name in ("articles-0-title", "posts-0-title", "writers-0-name", "username"):
        assert f'name="{name}"' in html
    assert shipped(tmp_path / "dist", "app/main.py")
    assert (tmp_path / "dist" / "offline.html").stat().st_size < 14_000_000


def test_what_widgets_name_comes_from_the_packages_static_folder(tmp_path):
    write(
        tmp_path,
        shop__forms="from django import forms\n\n\nclass Picky(forms.TextInput):\n    class Media:\n"
        "        css = {'all': ['shop/picky.css']}\n\n\nclass PlainForm(forms.Form):\n"
        "    word = forms.CharField(widget=Picky)\n",
    )
    (tmp_path / "shop" / "__init__.py").touch()
    style = tmp_path / "shop" / "static" / "shop" / "picky.css"
    style.parent.mkdir(parents=True)
    style.write_text("p { color: red }")
    done = command(tmp_path, "build", "shop/forms.py:PlainForm", "--out", "site")
    assert (done.returncode, done.stderr) == (0, "")
    assert shipped(tmp_path / "site", "shop/picky.css")
    assert "shop/picky.css" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_forms_speak_with_the_words_of_their_package(tmp_path):
    write(
        tmp_path,
        shop__forms="from django import forms\nfrom django.utils.translation import gettext_lazy as _\n\n\n"
        "class PlainForm(forms.Form):\n    word = forms.CharField(label=_('Shoe size'))\n",
    )
    (tmp_path / "shop" / "__init__.py").touch()
    catalog = tmp_path / "shop" / "locale" / "ar" / "LC_MESSAGES" / "django.mo"
    catalog.parent.mkdir(parents=True)
    with catalog.open("wb") as compiled:
        words = Catalog(locale="ar")
        words.add("Shoe size", "مقاس الحذاء")
        mofile.write_mo(compiled, words)
    arguments = ("build", "shop/forms.py:PlainForm", "--language", "ar", "--out", "site")
    assert command(tmp_path, *arguments).returncode == 0
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "مقاس الحذاء" in html
    assert '<html lang="ar" dir="rtl">' in html


def test_the_single_file_may_lie_in_the_site(tmp_path):
    write(tmp_path, shop=SETS)
    arguments = ("build", "shop:PlainFormSet", "--out", "site", "--single-file", "site/one.html")
    for _ in range(2):
        assert command(tmp_path, *arguments).returncode == 0
    alone = (tmp_path / "site" / "one.html").read_bytes()
    assert alone == (tmp_path / "site" / "offline.html").read_bytes()


def test_what_the_readme_says_works_as_it_stands(tmp_path):
    blocks = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    (module,) = [text for kind, text in blocks if kind == "python" and "class GuestForm" in text]
    (tmp_path / "guests.py").write_text(module)
    (line,) = [
        line
        for kind, text in blocks
        if kind == "sh"
        for line in text.splitlines()
        if "build guests.py" in line
    ]
    done = command(tmp_path, *line.partition("clientforms ")[2].split())
    assert (done.returncode, done.stderr) == (0, "")
    assert 'name="form-1-departure"' in (tmp_path / "site" / "index.html").read_text("utf-8")


# Bad input

CASES = {
    "syntax": ("class A(\n", r"forms\.py:1: .*Fix it"),
    "raises": ("x = 1\ny = x / 0\n", r"forms\.py:2: ZeroDivisionError"),
    "missing": ("import django\nimport no_such_package\n", r"forms\.py:2: .*no_such_package.*pip"),
    "no class": ("import django\n", r"forms\.py: there is no PlainForm.*Name"),
    "no form": ("\n\nclass PlainForm:\n    pass\n", r"forms\.py:3: PlainForm is not a form.*Name"),
    "needs arguments": (
        "from django import forms\nclass PlainForm(forms.Form):\n"
        "    def __init__(self, user, **given):\n        super().__init__(**given)\n",
        r"forms\.py:2: PlainForm needs 'user', which views pass to it.*def make_plain_form",
    ),
    "database": (
        "from django import forms\nfrom django.db.backends.postgresql import base\n"
        "class PlainForm(forms.Form):\n    pass\n",
        r"forms\.py:2: .*not in the page",
    ),
    "thread": (
        "import threading\n\nthreading.Thread(target=print).start()\n",
        r"forms\.py:3: threading\.Thread\(\) starts a thread",
    ),
    "process": (
        "from subprocess import run as go\ngo(['ls'])\n",
        r"forms\.py:2: subprocess\.run\(\) starts a process",
    ),
    "socket": (
        "import socket\nsocket.create_connection(('localhost', 1))\n",
        r"forms\.py:2: socket\.create_connection\(\) opens a connection",
    ),
    "library": ("import tkinter\n", r"forms\.py:1: imports tkinter, which Python lacks"),
    "hidden thread": (
        "import threading\nstart = threading.Thread\nstart(target=print).start()\n",
        r"forms\.py:3: RuntimeError: The page's Python has no threads",
    ),
    "in clean": (
        PLAIN + "\n    def clean(self):\n        raise MemoryError('so much')\n",
        r"forms\.py:8: MemoryError",
    ),
    "settings": (
        "from django.conf import settings\nsettings.OURS\n",
        r"forms\.py:2: settings\.OURS is one of your project's settings.*--settings MODULE.*or use getattr",
    ),
    "template": (
        PLAIN + "    template_name = 'none.html'\n",
        r"forms\.py:4: there is no template none\.html in the templates/ folder",
    ),
    "end": (
        "import os\nos._exit(4)\n",
        r"forms\.py:2: RuntimeError: This ends Python without an error",
    ),
    "exit": ("import sys\nsys.exit(3)\n", r"forms\.py:2: the module ends the program"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_module_that_cannot_be_used_is_told_with_its_line(tmp_path, case):
    text, said = CASES[case]
    write(tmp_path, forms=text)
    assert re.search(said, refused(tmp_path, "forms.py:PlainForm"))


def test_a_form_that_asks_the_database_as_it_is_imported(tmp_path):
    write(
        tmp_path,
        shop__models="from django.db import models\nclass Book(models.Model):\n"
        "    title = models.CharField(max_length=9)\n",
        shop__forms="from django import forms\nfrom .models import Book\n"
        "TITLES = [(each.pk, each.title) for each in Book.objects.all()]\n"
        "class PlainForm(forms.Form):\n    book = forms.ChoiceField(choices=TITLES)\n",
    )
    (tmp_path / "shop" / "__init__.py").touch()
    line = refused(tmp_path, "shop/forms.py:PlainForm")
    assert re.search(r"shop/forms\.py:3: this queries the database", line)


def test_a_form_that_works_here_and_not_in_the_page(tmp_path):
    """It reads a file from the folder that one happens to be in."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "words.txt").write_text("a b")
    write(tmp_path, deep__forms="open('words.txt').close()\n" + PLAIN)
    line = refused(tmp_path, "deep/forms.py:PlainForm")
    assert re.search(
        r"^deep/forms\.py:5: PlainForm.*FileNotFoundError.*words\.txt.*Path\(__file__\)", line
    )


def test_a_circular_import(tmp_path):
    write(tmp_path, one="from two import B\nA = 1\n", two="from one import A\nB = 1\n")
    line = refused(tmp_path, "one.py:PlainForm")
    assert re.search(r"two\.py:1: this is a circular import.*third module", line)


def test_a_package_with_compiled_code_is_told_where_it_is_imported(tmp_path):
    write(tmp_path, forms="from django import forms\n\nimport zstandard\n" + PLAIN)
    line = refused(tmp_path, "forms.py:PlainForm")
    assert re.search(r"forms\.py:3: imports zstandard, which has compiled code \(.*\.so\)", line)


def test_a_name_that_is_used_twice(tmp_path):
    write(tmp_path, shop=SETS, deep__shop=SETS)
    both = ("shop.py:PlainFormSet", "shop.py:PlainForm")
    assert "both called 'a'" in refused(tmp_path, *both, "--prefix", "a", "--prefix", "a")
    assert "named twice" in refused(tmp_path, both[0], both[0])
    line = refused(tmp_path, "shop.py:PlainForm", "deep/shop.py:PlainForm")
    assert "both the module shop" in line
    assert "Rename" in line


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("nothing.py:PlainForm", "does not exist"),
        ("no.such.module:PlainForm", "There is no module no.such.module"),
        ("old.py", "names no class"),
        ("old.py:", "names no class"),
        (".:PlainForm", "is no module"),
        ("json.py:PlainForm", "Rename it"),
        ("two-words.py:PlainForm", "Rename it"),
    ],
)
def test_a_target_that_leads_nowhere(tmp_path, target, said):
    (tmp_path / "json.py").write_text(PLAIN)
    (tmp_path / "two-words.py").write_text(PLAIN)
    assert said in refused(tmp_path, target)


def test_a_command_line_that_does_not_parse_is_told_in_one_line(tmp_path):
    for arguments in (["build"], ["build", "old.py:PlainForm", "--nothing"], []):
        done = command(tmp_path, *arguments)
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert "--help" in line
    assert refused(tmp_path, "old.py:PlainForm", "--on-valid", "burn", status=2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--on-valid", "post"], "--action URL"),
        (["--action", "javascript:alert(1)"], "https://"),
        (["--action", "/send", "--on-valid", "keep"], "leave out"),
        (["--csv-guard", "off", "--on-valid", "event"], "writes no CSV"),
        (["--csv-guard", "off", "--action", "/send"], "writes no CSV"),
        (["--prefix", "two words"], "begin with a letter"),
        (["--prefix", "a", "--prefix", "b"], "2 times for 1"),
        (["--language", "../de"], "a code such as de"),
        (["--language", "tlh"], "Django has no such language"),
        (["--template", "none.html"], "none.html could not be read"),
        (
            ["--template", "own.html", "--action", "/send"],
            "own.html: --action /send is for a <form>",
        ),
        (["--template", "own.html", "--on-valid", "keep"], "own.html: --on-valid keep is for"),
        (["--template", "own.html", "--together"], "own.html: --together is for"),
        (["--template", "own.html", "--prefix", "mine"], "own.html: --prefix mine is for"),
        (["--template", "bare.html"], "bare.html: the template has no place for old.PlainForm"),
    ],
)
def test_options_that_do_not_fit(tmp_path, options, said):
    (tmp_path / "bare.html").write_text("<html><head></head><body></body></html>")
    (tmp_path / "own.html").write_text(
        '<html><head></head><body><form data-form="old.PlainForm" id="f"></form></body></html>'
    )
    assert said in refused(tmp_path, "old.py:PlainForm", *options)


def test_a_folder_of_somebody_elses_is_left_alone_before_anything_is_read(tmp_path):
    write(tmp_path, forms="1 / 0\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    done = command(tmp_path, "build", "forms.py:PlainForm", "--out", "mine")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "mine is not empty" in line
    assert content(tmp_path / "mine") == {"letter.txt": b"dear"}


def test_ctrl_c_ends_it_with_one_line_and_the_old_site(tmp_path):
    write(tmp_path, old=PLAIN, slow="import time\nprint('now')\ntime.sleep(60)\n")
    assert command(tmp_path, "build", "old.py:PlainForm", "--out", "site").returncode == 0
    before = content(tmp_path / "site")
    process = subprocess.Popen(
        [sys.executable, "-m", "clientforms", "build", "slow.py:PlainForm", "--out", "site"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert "Reading slow.py" in process.stdout.readline()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    (line,) = said.splitlines()
    assert "interrupted" in line
    assert content(tmp_path / "site") == before


# What cannot run


def test_check_names_file_and_line_of_all_that_cannot_run(tmp_path):
    write(
        tmp_path,
        forms="from django import forms\nimport helpers\nimport requests\n\n\nclass PlainForm(forms.Form):\n"
        "    def clean(self):\n        requests.get('https://example.org')\n",
        helpers="import tkinter\nimport os\n\n\ndef f():\n    os.system('ls')\n",
    )
    done = command(tmp_path, "check", "forms.py:PlainForm")
    assert done.returncode == 1
    said = done.stdout
    assert re.search(
        r"^warning: forms\.py:8: requests\.get\(\) opens a connection", said, re.MULTILINE
    )
    assert re.search(r"^error: helpers\.py:1: imports tkinter", said, re.MULTILINE)
    assert re.search(r"^warning: helpers\.py:6: os\.system\(\) starts", said, re.MULTILINE)


def test_check_is_content_with_what_can_run(tmp_path):
    write(
        tmp_path,
        forms="from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import tkinter\n"
        "try:\n    import no_such_package\nexcept ImportError:\n    no_such_package = None\n"
        + PLAIN,
    )
    done = command(tmp_path, "check", "forms.py:PlainForm")
    assert (done.returncode, done.stderr) == (0, "")


def test_what_only_a_function_does_is_a_warning_to_build(tmp_path):
    write(
        tmp_path, forms="import os\n" + PLAIN + "\n    def listed(self):\n        os.system('ls')\n"
    )
    done = command(tmp_path, "build", "forms.py:PlainForm", "--out", "site")
    assert done.returncode == 0
    assert re.search(r"^warning: forms\.py:9: os\.system", done.stderr, re.MULTILINE)
