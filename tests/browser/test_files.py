"""Files: chosen by hand in a real file input, validated by Django's fields, kept with their row."""

import threading
from wsgiref.simple_server import make_server

import pytest
from django import forms
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from playwright.sync_api import expect

from tests.browser.test_submitting import QuietHandler

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\x0dIHDR" + b"\x00" * 40
REQUIRED = "This field is required."
FORMS = """
    class ManyFilesInput(forms.ClearableFileInput):
        allow_multiple_selected = True

    class ManyFilesField(forms.FileField):
        widget = ManyFilesInput

        def clean(self, data, initial=None):
            return [super(ManyFilesField, self).clean(each, initial) for each in data or [None]]

    class Application(forms.Form):
        name = forms.CharField()
        letter = forms.FileField(max_length=20, help_text="A text that begins with Dear.")
        papers = ManyFilesField(required=False)
        portrait = forms.ImageField(required=False)

        def clean_letter(self):
            letter = self.cleaned_data["letter"]
            if not letter.read().startswith(b"Dear"):
                raise forms.ValidationError(f"{letter.name} does not begin with Dear.")
            return letter

        def clean(self):
            papers = self.cleaned_data.get("papers") or []
            sizes = [len(paper.read()) for paper in papers if paper]
            if sizes != [paper.size for paper in papers if paper]:
                raise forms.ValidationError("Papers were cut short.")
"""


def file(name, content=b"Dear all", content_type="text/plain"):
    return {"name": name, "mimeType": content_type, "buffer": content}


def choose(live, name, *files):
    live.control(name).set_input_files(list(files))


def chosen(live, name):
    return live.control(name).evaluate("input => [...input.files].map(file => file.name)")


def notes(live, row="body"):
    return live.page.locator(f"{row} [data-clientforms-note]")


def files_by_name(live, form_id):
    """The files of `new FormData(form)` apart from its text; empty inputs post no file."""
    data = live.form_data(form_id)
    return {name for name, values in data.items() for value in values if value == {}}


def text_of(live, form_id):
    data = live.form_data(form_id)
    return {name: values for name, values in data.items() if {} not in values}


def test_files_are_judged_with_name_size_type_and_content(author):
    live = author('<form id="f" data-form="case.Application"><button>Go</button></form>', FORMS)
    live.page.evaluate(
        """() => {
            window.heard = [];
            for (const name of ["formset:change", "clientforms:submit"])
                document.addEventListener(name, event => heard.push(event));
        }"""
    )
    live.type("name", "James")
    choose(live, "letter", file("wrong.txt", b"Hello"))
    live.expect_errors("letter", "wrong.txt does not begin with Dear.")
    choose(live, "letter", file("empty.txt", b""))
    live.expect_errors("letter", "The submitted file is empty.")
    choose(live, "letter", file("a-name-that-is-too-long.txt"))
    live.expect_errors("letter", "Ensure this filename has at most 20 characters (it has 27).")
    choose(live, "letter")
    live.expect_errors("letter", REQUIRED)
    choose(live, "letter", file("letter.txt"))
    live.expect_errors("letter")
    live.page.evaluate("window.heard = []")
    choose(live, "papers", file("one.pdf", b"1", "application/pdf"), file("two", b"22", ""))
    assert live.page.evaluate("heard.map(event => event.detail.name)") == ["papers"]
    live.type("name", "James Joyce")
    expected = {
        "name": "James Joyce",
        "letter": {"name": "letter.txt", "size": 8, "content_type": "text/plain"},
        "papers": [
            {"name": "one.pdf", "size": 1, "content_type": "application/pdf"},
            {"name": "two", "size": 2, "content_type": "application/octet-stream"},
        ],
        "portrait": None,
    }
    live.page.wait_for_function("clientforms.form('application').isValid()")
    assert live.form("application", "cleanedData()") == expected
    live.page.get_by_role("button", name="Go").click()
    live.page.wait_for_function("heard.some(event => event.type === 'clientforms:submit')")
    assert live.form("application", "postData()") == text_of(live, "f") == {"name": ["James Joyce"]}
    live.page.evaluate("document.getElementById('f').reset()")
    assert chosen(live, "letter") == chosen(live, "papers") == []
    live.form("application", "validate()")
    live.expect_errors("letter", REQUIRED)


def test_a_submit_waits_for_the_content_of_a_file(author):
    live = author('<form id="f" data-form="case.Application"><button>Go</button></form>', FORMS)
    live.type("name", "James")
    answered = live.page.evaluate(
        """async () => {
            const read = File.prototype.arrayBuffer;
            const letters = [];
            File.prototype.arrayBuffer = function () {
                return new Promise(done => letters.push(() => done(read.call(this))));
            };
            const input = document.querySelector('[name="letter"]');
            const choose = text => {
                const transfer = new DataTransfer();
                transfer.items.add(new File([text], "letter.txt"));
                input.files = transfer.files;
                input.dispatchEvent(new Event("change", {bubbles: true}));
            };
            let submitted = 0;
            document.addEventListener("clientforms:submit", () => submitted++);
            const form = document.getElementById("f");
            choose("Hello");
            choose("Dear you");
            form.requestSubmit();
            form.requestSubmit();
            while (letters.length < 2) await new Promise(done => setTimeout(done));
            const early = submitted;
            const went = new Promise(done => form.addEventListener("clientforms:submit", done));
            letters[1]();
            await went;
            letters[0]();  // late, and of a file that is not chosen any more
            await new Promise(done => setTimeout(done, 50));
            return [early, submitted];
        }"""
    )
    assert answered == [0, 1]
    live.expect_errors("letter")


def test_pictures_are_left_to_the_server_unless_they_plainly_are_none(author):
    live = author(
        '<form id="f" data-form="case.Album"><button>Go</button></form>',
        """
    class Square(forms.ImageField):
        def to_python(self, data):
            file = super().to_python(data)
            if file and file.image.width != file.image.height:
                raise forms.ValidationError("Not square.")
            return file

    class Album(forms.Form):
        cover = forms.ImageField()
        square = Square(required=False)
    """,
    )
    choose(live, "cover", file("cover.png", b"<html>no picture</html>", "image/png"))
    live.expect_errors(
        "cover",
        "Upload a valid image. The file you uploaded was either not an image or a corrupted image.",
    )
    expect(notes(live)).to_have_count(0)
    choose(live, "cover", file("cover.png", PNG, "image/png"))
    live.expect_errors("cover")
    expect(notes(live)).to_have_text(
        ["This page cannot check pictures: the server will check “cover.png”."]
    )
    choose(live, "square", file("square.gif", b"GIF89a\x00\x00", "image/gif"))
    expect(notes(live)).to_have_count(2)
    live.expect_errors("square")
    assert live.form("album", "isValid()") is True
    assert live.form("album", "cleanedData()")["square"]["name"] == "square.gif"
    choose(live, "cover")
    live.expect_errors("cover", REQUIRED)
    choose(live, "square")
    expect(notes(live)).to_have_count(0)


def test_a_file_that_is_too_large_to_be_read_is_left_to_the_server(author):
    live = author('<form id="f" data-form="case.Application"></form>', FORMS)
    live.type("name", "James")
    live.page.evaluate(
        """() => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(33 * 1024 * 1024)], "letter.txt"));
            const input = document.querySelector('[name="letter"]');
            input.files = transfer.files;
            input.dispatchEvent(new Event("change", {bubbles: true}));
        }"""
    )
    expect(notes(live)).to_have_text(
        ["“letter.txt” is too large to be read in this page: the server will check it."]
    )
    live.expect_errors("letter")
    assert live.form("application", "cleanedData()")["letter"]["size"] == 33 * 1024 * 1024


ROWS = """
    class Paper(forms.Form):
        title = forms.CharField(required=False)
        file = forms.FileField()

        def clean_file(self):
            if b"bad" in self.cleaned_data["file"].read():
                raise forms.ValidationError("This is bad.")
            return self.cleaned_data["file"]

    PaperFormSet = forms.formset_factory(Paper, extra=3, can_order=True)
"""


def test_files_follow_their_row_through_removing_moving_and_undoing(author):
    live = author(
        '<form id="f"><div data-formset="case.PaperFormSet" data-prefix="p"></div></form>', ROWS
    )
    for index, name in enumerate(["first", "middle", "last"]):
        choose(live, f"p-{index}-file", file(f"{name}.txt", b"bad" if index == 2 else b"good"))
    live.expect_errors("p-2-file", "This is bad.")
    node = live.control("p-2-file").element_handle()
    live.button("p", "remove", row=1).click()
    assert [chosen(live, f"p-{index}-file") for index in range(2)] == [["first.txt"], ["last.txt"]]
    assert live.control("p-1-file").evaluate("(input, node) => input === node", node)
    live.expect_errors("p-1-file", "This is bad.")

    live.button("p", "undo").click()
    names = [["first.txt"], ["middle.txt"], ["last.txt"]]
    assert [chosen(live, f"p-{index}-file") for index in range(3)] == names
    assert live.control("p-2-file").evaluate("(input, node) => input === node", node)
    live.expect_errors("p-1-file")
    choose(live, "p-2-file", file("mended.txt", b"good"))
    live.expect_errors("p-2-file")

    live.button("p", "move-up", row=2).click()
    assert [chosen(live, f"p-{index}-file") for index in (1, 2)] == [["mended.txt"], ["middle.txt"]]
    live.button("p", "add").click()
    assert chosen(live, "p-3-file") == []
    live.formset("p", "duplicate(1)")
    assert chosen(live, "p-1-file") == ["mended.txt"]
    assert chosen(live, "p-2-file") == []
    live.formset("p", "removeForm(2)")
    assert live.formset("p", "isValid()") is True
    cleaned = live.formset("p", "cleanedData()")
    assert [row["file"]["name"] for row in cleaned if row] == [
        "first.txt", "mended.txt", "middle.txt",
    ]  # fmt: skip
    assert text_of(live, "f").items() <= live.formset("p", "postData()").items()

    # Choosing a file is a step as well.
    live.formset("p", "undo()")
    live.formset("p", "reset()")
    assert [chosen(live, f"p-{index}-file") for index in range(3)] == [[], [], []]
    choose(live, "p-0-file", file("once.txt"))
    live.type("p-0-title", "Typed")
    live.formset("p", "undo()")
    assert chosen(live, "p-0-file") == ["once.txt"]
    live.formset("p", "undo()")
    assert chosen(live, "p-0-file") == []
    live.formset("p", "redo()")
    assert chosen(live, "p-0-file") == ["once.txt"]


def test_a_file_that_cannot_be_given_back_is_asked_for_at_its_field(author):
    live = author(
        '<form id="f"><div data-formset="case.PaperFormSet" data-prefix="p"></div></form>', ROWS
    )
    for index in range(2):
        live.type(f"p-{index}-title", "Not blank")
    choose(live, "p-1-file", file("plan.txt"))
    live.page.evaluate("delete window.DataTransfer")
    live.button("p", "remove", row=1).click()
    live.button("p", "undo").click()
    note = "Please choose “plan.txt” again: this page could not keep it."
    expect(notes(live, '[data-formset-row]:has([name="p-1-file"])')).to_have_text([note])
    live.expect_errors("p-1-file", REQUIRED)
    assert live.formset("p", "isValid()") is False
    choose(live, "p-1-file", file("plan.txt"))
    expect(notes(live)).to_have_count(0)
    live.expect_errors("p-1-file")
    # A file that went from the disk meanwhile could not be submitted either.
    live.page.evaluate(
        """() => { File.prototype.arrayBuffer = () => Promise.reject(new DOMException("gone")); }"""
    )
    choose(live, "p-0-file", file("gone.txt"))
    expect(notes(live)).to_have_text(
        ["Please choose “gone.txt” again: this page could not keep it."]
    )
    live.expect_errors("p-0-file", REQUIRED)


def test_stored_files_and_early_choices_of_a_servers_markup_are_taken_over(author):
    """The link to a stored file says that there is one; without it the field would be required."""
    live = author(
        """<form id="f" data-form="case.Papers">
        <div><label for="id_must">Must:</label> Currently: <a href="/media/must.pdf">must.pdf</a><br>
          Change: <input type="file" name="must" id="id_must"></div>
        <div><label for="id_may">May:</label> Currently: <a href="/media/may.pdf">may.pdf</a>
          <input type="checkbox" name="may-clear" id="may-clear_id">
          <label for="may-clear_id">Clear</label><br>
          Change: <input type="file" name="may" id="id_may"></div>
        <div><label for="id_new">New:</label> <input type="file" name="new" id="id_new"></div>
        </form>
        <script>
            const transfer = new DataTransfer();
            transfer.items.add(new File(["Early"], "early.txt", {type: "text/plain"}));
            document.getElementById("id_new").files = transfer.files;
        </script>""",
        """
    class Papers(forms.Form):
        must = forms.FileField()
        may = forms.FileField(required=False)
        new = forms.FileField()
    """,
    )
    assert live.form("papers", "validate()") is True
    cleaned = {
        "must": {"name": "must.pdf", "url": "/media/must.pdf"},
        "may": {"name": "may.pdf", "url": "/media/may.pdf"},
        "new": {"name": "early.txt", "size": 5, "content_type": "text/plain"},
    }
    assert live.form("papers", "cleanedData()") == cleaned
    live.control("may-clear").check()
    assert live.form("papers", "cleanedData()")["may"] is False
    choose(live, "may", file("other.pdf"))
    live.expect_errors("may", "Please either submit a file or check the clear checkbox, not both.")
    live.control("may-clear").uncheck()
    live.expect_errors("may")
    choose(live, "must", file("next.pdf"))
    assert live.form("papers", "cleanedData()")["must"]["name"] == "next.pdf"
    choose(live, "must")
    choose(live, "may")
    assert live.form("papers", "cleanedData()") == cleaned
    assert live.form("papers", "hasChanged()") is True
    choose(live, "new")
    live.expect_errors("new", REQUIRED)


RECEIVED = []


class ServerPaper(forms.Form):
    title = forms.CharField(required=False)
    file = forms.FileField()


ServerPaperFormSet = forms.formset_factory(ServerPaper, can_order=True)


def receive(request):
    formset = ServerPaperFormSet(request.POST, request.FILES, prefix="p")
    valid = formset.is_valid()
    RECEIVED.append(
        [(row["file"].name, row["file"].content_type, row["file"].read())
         for row in formset.cleaned_data if row] if valid else formset.errors
    )  # fmt: skip
    return HttpResponse('<link rel="icon" href="data:,"><p>Received.</p>')


urlpatterns = [path("papers/", receive)]


@pytest.fixture
def paper_server():
    RECEIVED.clear()
    with override_settings(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], DEBUG=True):
        server = make_server("127.0.0.1", 0, WSGIHandler(), handler_class=QuietHandler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/papers/"
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_stock_django_server_gets_the_files_that_the_page_shows(author, paper_server, complaints):
    complaints.allow_origin(paper_server)
    live = author(
        f'<form id="f" action="{paper_server}" method="post" enctype="multipart/form-data">'
        '<div data-formset="case.PaperFormSet" data-prefix="p"></div><button>Go</button></form>',
        ROWS,
    )
    for index, name in enumerate(["first", "middle", "last"]):
        choose(live, f"p-{index}-file", file(f"{name}.txt", name.encode()))
    live.button("p", "remove", row=1).click()
    live.button("p", "undo").click()
    live.button("p", "remove", row=0).click()
    live.page.get_by_role("button", name="Go").click()
    live.page.wait_for_url(paper_server)
    assert RECEIVED == [
        [("middle.txt", "text/plain", b"middle"), ("last.txt", "text/plain", b"last")]
    ]
