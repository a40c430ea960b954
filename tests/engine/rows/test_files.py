"""Files in the engine: the same verdict as a POST with files, however often it is asked."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from clientforms import AsyncValidationMixin, ClientForm, ClientFormSet, DataError
from clientforms.changes import NoteChanged
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.post.query_dict import query_dict
from clientforms.engine.rows.files import ChosenFile, StoredFile
from tests.engine.builders import changes_of
from tests.engine.loops import run


class Paper(forms.Form):
    title = forms.CharField(required=False)
    file = forms.FileField()

    def clean_file(self):
        if b"bad" in self.cleaned_data["file"].read():
            raise forms.ValidationError("This is bad.")
        return self.cleaned_data["file"]


class ReadingFormSet(forms.BaseFormSet):
    def clean(self):
        for form in self.forms:
            if file := form.cleaned_data.get("file"):
                file.seek(1)
                if not file.read():
                    raise forms.ValidationError(f"{file.name} is too short.")


class Album(forms.Form):
    cover = forms.ImageField()

    def clean_cover(self):
        cover = self.cleaned_data["cover"]
        if cover.image.width < 100:
            raise forms.ValidationError("Too narrow.")
        return cover


def chosen(name="plan.txt", content=b"good", content_type="text/plain"):
    file = ChosenFile(name, len(content), content_type)
    file.content = content
    return file


def assert_same_verdict_as_a_post(live, files):
    posted = MultiValueDict(
        {name: [SimpleUploadedFile(each.name, each.content) for each in given]
         for name, given in files.items()}
    )  # fmt: skip
    data = query_dict(live.post_data())
    oracle = live.formset_class(data, posted, prefix=live.prefix)
    assert live.errors == oracle.errors
    assert live.non_form_errors() == oracle.non_form_errors()
    assert live.is_valid() == oracle.is_valid()
    assert to_plain([each.cleaned_data for each in live.forms]) == to_plain(
        [each.cleaned_data for each in oracle.forms]
    )


def test_files_that_come_after_other_rows_were_cleaned_are_seen():
    live = ClientFormSet(forms.formset_factory(Paper, extra=3), prefix="p")
    live.postpone = lambda: None  # as in a page: rows are cleaned before anybody asks
    live.clean_some(3)
    for key, content in zip(live.keys, (b"good", b"bad"), strict=False):
        file = chosen(content=content)
        file.content = None
        index = live.index_of(key)
        live.files(key, f"p-{index}-file", [file])
        live.validate_field(key, "file")
        file.content = content
        live.file_was_read(file)
    assert live.errors == [{}, {"file": ["This is bad."]}, {}]


def test_a_file_is_read_from_its_start_whenever_its_row_is_cleaned():
    class AskingPaper(AsyncValidationMixin, Paper):
        async def clean_title(self):
            return self.cleaned_data["title"]

    async def answered():
        live = ClientFormSet(forms.formset_factory(AskingPaper, extra=1), prefix="p")
        live.input(live.keys[0], {"p-0-title": ["Plan"]})
        live.files(live.keys[0], "p-0-file", [chosen(content=b"bad")])
        await live.avalidate()  # the row is cleaned again when the answer has come
        assert live.errors == [{"file": ["This is bad."]}]

    run(answered)


def test_a_file_reads_the_same_however_often_the_forms_are_judged():
    live = ClientFormSet(forms.formset_factory(Paper, ReadingFormSet, extra=2), prefix="p")
    live.files(live.keys[0], "p-0-file", [chosen()])
    for title in ("one", "two", "three"):
        live.input(live.keys[0], {"p-0-title": [title]})
        live.input(live.keys[1], {"p-1-title": [title]})
        live.refresh()
        assert_same_verdict_as_a_post(live, {"p-0-file": [chosen()]})
    for file in (chosen(content=b"bad"), chosen(content=b""), chosen(content=b"1")):
        live.files(live.keys[1], "p-1-file", [file])
        assert_same_verdict_as_a_post(live, {"p-0-file": [chosen()], "p-1-file": [file]})


def test_files_go_with_their_row_and_come_back_with_it():
    live = ClientFormSet(forms.formset_factory(Paper, extra=3), prefix="p")
    files = [chosen(f"{index}.txt") for index in range(3)]
    for index, file in enumerate(files):
        live.files(live.keys[index], f"p-{index}-file", [file])
    live.remove_form(1)
    assert live.files_of(live.keys[1]) == {"p-1-file": [files[2]]}
    live.undo()
    assert live.files_of(live.keys[1]) == {"p-1-file": [files[1]]}
    live.set_data([{"title": "A script empties what it does not name."}])
    assert live.posted_files() == {}
    live.undo()
    assert live.files_of(live.keys[2]) == {"p-2-file": [files[2]]}


def test_data_carries_no_file():
    live = ClientForm(Paper, name="paper")
    with pytest.raises(DataError, match="paper, field 'file': data carries no file"):
        live.set_data({"file": "plan.txt"})
    live.files(live.keys[0], "file", [chosen()])
    assert live.update_data({"file": None}) is False
    assert live.posted_files() == {}


def test_a_stored_file_is_kept_until_another_comes():
    live = ClientForm(Paper, name="paper")
    live.reset(live.initial_from_json({"file": {"name": "old.txt", "url": "/media/old.txt"}}))
    assert 'href="/media/old.txt"' in live.render_row(0)

    class Reading(Paper):
        def clean_file(self):
            return self.cleaned_data["file"]

    live = ClientForm(Reading, initial={"file": StoredFile("old.txt", "/media/old.txt")})
    assert to_plain(live.cleaned_data["file"]) == {"name": "old.txt", "url": "/media/old.txt"}
    live.files(live.keys[0], "file", [chosen()])
    assert to_plain(live.cleaned_data["file"])["size"] == 4


def test_what_needs_an_unread_file_is_left_to_the_server_until_it_is_read():
    live = ClientForm(Paper, name="paper")
    seen = changes_of(live, NoteChanged)
    file = chosen(content=b"bad")
    content, file.content, file.unread = file.content, None, "The server will check it."
    live.files(live.keys[0], "file", [file])
    live.validate_field(live.keys[0], "file")
    assert live.is_valid() is True
    assert live.cleaned_data["file"].name == "plan.txt"
    file.content = content
    live.file_was_read(file)
    assert live.errors == {"file": ["This is bad."]}
    assert [(each.field, each.text) for each in seen] == [
        ("file", "The server will check it."), ("file", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "plainly_none"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", False), (b"\xff\xd8\xff\xe0", False), (b"P3\n1 1\n255\n", False),
        (b"Any text", True), ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}".encode(), True),
        (b"%PDF-1.7", True), (b"PK\x03\x04\x00", True), ("\u00e9".encode() * 2000, True),
    ],
)  # fmt: skip
def test_a_picture_is_left_to_the_server_unless_it_plainly_is_none(content, plainly_none):
    live = ClientForm(Album, name="album")
    seen = changes_of(live, NoteChanged)
    live.files(live.keys[0], "cover", [chosen("cover.png", content)])
    live.validate_field(live.keys[0], "cover")
    assert live.is_valid() is not plainly_none
    assert [each.text for each in seen] == (
        [] if plainly_none
        else ["This page cannot check pictures: the server will check “cover.png”."]
    )  # fmt: skip
