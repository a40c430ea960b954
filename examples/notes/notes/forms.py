"""The forms of notes and notebooks."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from .copies import MOST_BYTES, CopyError, read_copy
from .models import Label, Notebook, StickyNote


class NoteForm(forms.ModelForm):
    """All of a note that people write."""

    class Meta:
        model = StickyNote
        fields = ["text", "notebook", "colour", "labels", "due"]
        labels = {"text": "Note", "due": "Due on"}
        help_texts = {"text": "The first line is its heading."}
        widgets = {
            "text": forms.Textarea({"rows": 6}),
            "colour": forms.RadioSelect,
            "labels": forms.CheckboxSelectMultiple,
            "due": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "notebook" in self.fields:
            self.fields["notebook"].empty_label = "No notebook"

    def clean_due(self):
        """A stored note may be overdue, but nobody starts with one that is."""
        due = self.cleaned_data["due"]
        if due and "due" in self.changed_data and due < timezone.localdate():
            raise ValidationError("This day is over.", code="past")
        return due

    def clean(self):
        """Two notes of a notebook may not say the same: one of them would be forgotten."""
        data = super().clean()
        notebook = data.get("notebook")
        is_stored = notebook is None or notebook.pk is not None
        if data.get("text") and is_stored and {"text", "notebook"} & set(self.changed_data):
            same = StickyNote.objects.present().filter(text=data["text"], notebook=notebook)
            if same.exclude(pk=self.instance.pk).exists():
                raise ValidationError("There is a note that says the same.", code="same")
        return data


class QuickNoteForm(NoteForm):
    """A note in one line, as it is added to the board."""

    class Meta(NoteForm.Meta):
        fields = ["text", "colour"]
        help_texts = {}
        widgets = {"text": forms.TextInput({"autocomplete": "off"})}


class NoteInNotebookForm(NoteForm):
    """A note among others of its notebook."""

    class Meta(NoteForm.Meta):
        fields = ["text", "colour", "due"]
        help_texts = {}
        widgets = {**NoteForm.Meta.widgets, "text": forms.Textarea({"rows": 3}), "colour": None}


class NotebookForm(forms.ModelForm):
    """A notebook without its notes."""

    class Meta:
        model = Notebook
        fields = ["title", "about"]


class DeleteNotebookForm(forms.Form):
    """What protects a notebook and all its notes from a slip."""

    title = forms.CharField(label="Its title", widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args, notebook, **kwargs):
        super().__init__(*args, **kwargs)
        self.notebook = notebook

    def clean_title(self):
        """Refuse what is not the title of this notebook."""
        title = self.cleaned_data["title"]
        if title != self.notebook.title:
            raise ValidationError("This is not its title.", code="other")
        return title


class NoteFormSet(
    forms.inlineformset_factory(
        Notebook, StickyNote, form=NoteInNotebookForm, extra=2, max_num=40, validate_max=True
    )
):
    """The notes of a notebook."""

    def clean(self):
        """Find what is written twice in this page; the form alone sees only what is stored."""
        super().clean()
        seen = set()
        for form in self.forms:
            text = getattr(form, "cleaned_data", {}).get("text")
            if not text or self._should_delete_form(form):
                continue
            if text in seen:
                form.add_error("text", ValidationError("This note is here twice.", code="same"))
            seen.add(text)

    def delete_existing(self, obj, commit=True):
        """Delete a note as the list does: it can be restored."""
        if commit:
            obj.deleted_at = timezone.now()
            obj.save(update_fields=["deleted_at"])


class SearchForm(forms.Form):
    """Which notes a list shows. Whatever is wrong in an address is as if it was not there."""

    SHOWN = {"": "Current", "pinned": "Pinned", "due": "Due", "archived": "Archived"}

    q = forms.CharField(
        label="Search", required=False, max_length=100, widget=forms.TextInput({"type": "search"})
    )
    notebook = forms.ModelChoiceField(Notebook.objects, required=False, empty_label="All notebooks")
    label = forms.ModelChoiceField(Label.objects, required=False, empty_label="All labels")
    show = forms.ChoiceField(choices=list(SHOWN.items()), required=False)

    def search(self, notes):
        """Return those of `notes` that are asked for."""
        self.is_valid()
        asked = self.cleaned_data
        for word in asked.get("q", "").split():
            notes = notes.filter(text__icontains=word)
        if asked.get("notebook"):
            notes = notes.filter(notebook=asked["notebook"])
        if asked.get("label"):
            notes = notes.filter(labels=asked["label"])
        shown = asked.get("show")
        notes = notes.filter(is_archived=shown == "archived")
        if shown == "pinned":
            notes = notes.filter(is_pinned=True)
        elif shown == "due":
            notes = notes.exclude(due=None).order_by("due", "-timestamp")
        return notes


class ImportForm(forms.Form):
    """A file that `copies.notes_as_json` has written."""

    file = forms.FileField(
        label="File with notes",
        help_text="A file that was exported here: notes.json.",
        widget=forms.FileInput({"accept": ".json,application/json"}),
    )

    def clean_file(self):
        """Read the file, so that nothing of one that is wrong is stored."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("This file is too large: 5 MB are the most.", code="large")
        try:
            self.copy = read_copy(file.read())
        except CopyError as error:
            raise ValidationError(str(error), code="copy") from error
        return file
