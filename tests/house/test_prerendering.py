"""Pages as the development server sends them: with their forms, never stale, never kept back."""

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from threading import Thread

import django
import pytest

from clientforms.builder.page.prerender import prerender
from clientforms.builder.serve.checkout_server import LivePages, create_server
from clientforms.engine.html.row_html import SERIES
from tests.conftest import ROOT

PAGE = '<!doctype html>\r\n<html lang="{lang}"><BODY class=a><p>Ünclosed\n{containers}</BODY></html>\r\n'
FORM = '<form data-form="letters.forms.LetterForm" action="/letters/"><button>Send</button></form>'
OTHER = '<form data-form="letters.forms.Missing" action="/letters/"></form>'
MODULE = 'from django import forms\n\nprint("hello")\n\n\nclass LetterForm(forms.Form):\n    {} = forms.CharField()\n'


@pytest.fixture
def folder(tmp_path):
    """A project of its own: a page, its forms, and what says which Django the page has."""
    runtime = tmp_path / "static" / "runtime"
    (runtime / "languages").mkdir(parents=True)
    shutil.copy(ROOT / "static/runtime/languages/languages.json", runtime / "languages")
    shutil.copy(ROOT / "static/runtime/languages/de.zip", runtime / "languages")
    say_django(tmp_path, django.__version__)
    (tmp_path / "app" / "letters").mkdir(parents=True)
    (tmp_path / "app" / "letters" / "forms.py").write_text(MODULE.format("body"))
    write(tmp_path, FORM)
    return tmp_path


def say_django(folder, version):
    manifest = {"versions": {"django": version}}
    (folder / "static" / "runtime" / "manifest.json").write_text(json.dumps(manifest))


def write(folder, containers, lang="en"):
    page = PAGE.format(lang=lang, containers=containers)
    (folder / "index.html").write_bytes(page.encode())


def sent(folder):
    page = LivePages(folder).get(folder / "index.html")
    return page and page.body.decode()


def test_all_but_the_containers_stays_as_it_is_to_the_byte(folder):
    before, _, after = PAGE.format(lang="en", containers=FORM).partition("<button>")
    page = sent(folder)
    marked = f'{before.removesuffix(">")} data-prerendered="{SERIES}">'
    assert page.startswith(marked)
    assert page.endswith(f"<button>{after}")
    assert 'name="body"' in page[len(marked) :]


def test_an_edit_is_sent_at_once(folder):
    pages = LivePages(folder)
    first = pages.get(folder / "index.html")
    assert pages.get(folder / "index.html") is first, "it is rendered once"
    (folder / "app" / "letters" / "forms.py").write_text(MODULE.format("greeting"))
    second = pages.get(folder / "index.html")
    assert b'name="greeting"' in second.body
    assert first.etag != second.etag


def test_the_page_is_sent_in_its_language(folder):
    sets = "\n\nLetterFormSet = forms.formset_factory(LetterForm)\n"
    with (folder / "app" / "letters" / "forms.py").open("a") as module:
        module.write(sets)
    write(folder, '<div data-formset="letters.forms.LetterFormSet"></div>', lang="de-AT")
    assert "Entfernen" in sent(folder)


def test_a_form_that_cannot_be_made_is_not_prerendered_and_one_line_says_so(folder, capsys):
    write(folder, FORM + OTHER)
    page = sent(folder)
    assert OTHER in page
    assert 'name="body"' in page
    (line,) = capsys.readouterr().err.splitlines()
    assert (
        "index.html: letters.forms.Missing is not prerendered, and appears when Python has started"
        in line
    )
    assert "LetterForm" in line, "what there is"


@pytest.mark.parametrize("mistake", ["1 / 0\n", "def (\n", "raise SystemExit(3)\n"])
def test_a_mistake_in_the_forms_keeps_no_page_back(folder, mistake):
    (folder / "app" / "letters" / "forms.py").write_text(mistake)
    assert FORM in (sent(folder) or (folder / "index.html").read_text())


TREE = """from django import forms


class LetterForm(forms.Form):
    body = forms.CharField()


class BaseLetters(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.replies = forms.formset_factory(LetterForm, formset=BaseLetters, extra=0)(
            prefix=f"{form.prefix}-replies"
        )


LetterFormSet = forms.formset_factory(LetterForm, formset=BaseLetters, extra=1)
"""


def test_forms_that_hold_forms_of_their_own_kind_have_an_end(folder):
    (folder / "app" / "letters" / "forms.py").write_text(TREE)
    write(folder, '<div data-formset="letters.forms.LetterFormSet"></div>')
    page = sent(folder)
    assert 'name="form-0-body"' in page
    assert 'name="form-0-replies-TOTAL_FORMS"' in page


def test_another_django_than_the_pages_is_told(folder, capsys):
    say_django(folder, "1.11.29")
    assert f'data-prerendered="{SERIES}"' in sent(folder), "by which the page knows whose it is"
    told = capsys.readouterr().err
    assert f"rendered by Django {SERIES}, but the page has Django 1.11" in told


def test_a_host_too_old_for_the_pages_django_renders_with_the_pages_python():
    """As the server does where .django/ holds one that this Python cannot import."""
    runtime, page = ROOT / "static" / "runtime", ROOT / "index.html"
    series = ".".join(page_django().split(".")[:2])
    command = ["node", ROOT / "app/clientforms/builder/page/prerender.js", runtime,
               ROOT / "node_modules" / "pyodide", ROOT / "app", ROOT, page,
               "--root", ROOT, "--django", series]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)
    said = json.loads(done.stdout)
    assert said["left_empty"] == []
    sent = LivePages(ROOT).get(page)
    assert said["html"].encode() == sent.body
    assert b'name="articles-0-title"' in sent.body


def page_django():
    manifest = (ROOT / "static" / "runtime" / "manifest.json").read_text()
    return json.loads(manifest)["versions"]["django"]


def test_a_page_that_has_not_changed_is_not_sent_again(folder):
    with create_server(folder, "127.0.0.1", 0) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        with urllib.request.urlopen(url) as answer:
            body, etag = answer.read(), answer.headers["ETag"]
            assert int(answer.headers["Content-Length"]) == len(body)
        assert b'name="body"' in body
        again = urllib.request.Request(url, headers={"If-None-Match": etag})
        with pytest.raises(urllib.error.HTTPError) as told:
            urllib.request.urlopen(again)
        told.value.close()
        assert told.value.code == 304
        server.shutdown()


@pytest.mark.parametrize(
    "page",
    [
        '<div data-formset="demo.forms.PostFormSet" data-prefix="p"><input name="p-TOTAL_FORMS"></div>',
        '<div data-form="demo.forms.PostForm"><p><input name="title"></p></div>',
        '<div data-form="demo.forms.PostForm" data-prerender="off"></div>',
        '<template><div data-form="demo.forms.PostForm"></div></template>',
        '<script>"<div data-form=demo.forms.PostForm></div>"</script>',
        '<!-- <div data-form="demo.forms.PostForm"></div> -->',
    ],
)
def test_what_is_written_already_or_is_no_container_stays(page):
    assert prerender(page).html == page


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ('<p data-form="demo.forms.PostForm"></p>', "<p> cannot contain it"),
        ('<div data-form="demo.forms.PostForm">', "no end tag"),
        ('<div data-form="demo.forms.PostFormSet"></div>', "Use data-formset"),
        ('<div data-form="demo.forms.PostForm" data-initial="x"></div>', "no element with this id"),
    ],
)
def test_what_cannot_be_filled_is_told(page, reason):
    done = prerender(page)
    assert done.html == page
    (line,) = done.left_empty
    assert reason in line
