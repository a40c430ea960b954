"""Files that come in, and files that go out."""

import csv
import hashlib
from io import BytesIO, TextIOWrapper

from django import forms
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from library.models import Attachment, Author, Book

from .responses import lines


class Several(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Several files at once, as Django's documentation does it."""

    widget = Several

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFiles, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    file = forms.FileField(max_length=30)
    label = forms.CharField(required=False)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.name.endswith(".exe"):
            raise forms.ValidationError("Not this kind of file.")
        return file


class AttachForm(forms.Form):
    files = SeveralFiles()


def links(request):
    return render(request, "desk/files.html")


def upload(request):
    """Read a file, and say what came."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        said = [file.name, file.size, file.content_type, form.cleaned_data["label"]]
        return lines(request, "Uploaded", *said, type(file).__name__, digest.hexdigest())
    return render(request, "form.html", {"form": form, "title": "Upload"})


def attach(request):
    """Keep several files, in MEDIA_ROOT."""
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        for file in form.cleaned_data["files"]:
            Attachment.objects.create(file=file, size=file.size)
        return redirect("attach")
    kept = Attachment.objects.all()
    return render(request, "desk/attach.html", {"form": form, "attachments": kept})


def read_csv(request):
    """Make authors of a file's rows."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        rows = csv.DictReader(TextIOWrapper(form.cleaned_data["file"], "utf-8"))
        made = Author.objects.bulk_create(Author(**row) for row in rows)
        return lines(request, "Imported", *(f"{each.name}, {each.born}" for each in made))
    return render(request, "form.html", {"form": form, "title": "Import"})


def csv_file(request):
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="books.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow(["title", "pages"])
    writer.writerows(
        Book.objects.filter(author__name__startswith="É").values_list("title", "pages")
    )
    writer.writerow(["ä, “quoted”", 1])
    return response


def stream(request):
    rows = (f"{number},{number * number}\n" for number in range(1000))
    headers = {"Content-Disposition": 'attachment; filename="squares.csv"'}
    return StreamingHttpResponse(rows, content_type="text/csv", headers=headers)


def streamed_page(request):
    parts = ["<title>Streamed</title><ol id='parts'>", *(f"<li>{n}" for n in range(300)), "</ol>"]
    return StreamingHttpResponse(iter(parts))


def file_response(request):
    file = BytesIO(bytes(range(256)) * 64)
    return FileResponse(file, as_attachment=True, filename="all.bin")


def named(request):
    return FileResponse(BytesIO(b"tea"), as_attachment=True, filename="Käse und €.txt")


def some_bytes(request):
    headers = {"Content-Disposition": "attachment"}
    return HttpResponse(b"\x00\xff", content_type="application/octet-stream", headers=headers)
