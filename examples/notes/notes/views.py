"""The pages of the notes, and what their script asks for.

The mixins and helpers of `clientforms.server.views` answer a script with JSON, and everybody else with a page.
"""

import json

from django.contrib import messages
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import (
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    ListView,
    MonthArchiveView,
    UpdateView,
)

from clientforms.server.views import ClientFormMixin, ClientFormSetMixin, respond_fragment

from .copies import add_copy, notes_as_json
from .forms import (
    DeleteNotebookForm,
    ImportForm,
    NotebookForm,
    NoteForm,
    NoteFormSet,
    QuickNoteForm,
    SearchForm,
)
from .models import Notebook, StickyNote

PRESENT = StickyNote.objects.present().select_related("notebook").prefetch_related("labels")


class NoteList(ListView):
    """The notes, or those that are searched for."""

    queryset = PRESENT
    paginate_by = 10
    template_name = "notes/note_list.html"

    def get_queryset(self):
        self.search_form = SearchForm(self.request.GET)
        return self.search_form.search(super().get_queryset())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(search_form=self.search_form, **kwargs)
        paginator, page = context["paginator"], context["page_obj"]
        asked = self.search_form.cleaned_data
        return context | {
            "pages": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
            "is_search": any(asked.get(name) for name in ("q", "notebook", "label", "show")),
        }


class NoteMonth(MonthArchiveView):
    """The notes that were written in a month."""

    queryset = PRESENT
    date_field = "timestamp"
    month_format = "%m"
    template_name = "notes/note_month.html"


class NoteDetail(DetailView):
    """One note."""

    queryset = PRESENT
    context_object_name = "note"
    template_name = "notes/note_detail.html"


class NoteCreate(ClientFormMixin, SuccessMessageMixin, CreateView):
    """A new note, in the notebook from whose page one comes."""

    model = StickyNote
    form_class = NoteForm
    template_name = "notes/note_form.html"
    success_message = "The note is saved."

    def get_initial(self):
        return {**super().get_initial(), "notebook": self.request.GET.get("notebook")}


class NoteUpdate(ClientFormMixin, SuccessMessageMixin, UpdateView):
    """A note that is stored."""

    queryset = PRESENT
    context_object_name = "note"
    form_class = NoteForm
    template_name = "notes/note_form.html"
    success_message = "The note is saved."


class NoteDelete(ClientFormMixin, DeleteView):
    """Ask, and then delete a note in such a way that it can be restored."""

    queryset = PRESENT
    context_object_name = "note"
    template_name = "notes/note_confirm_delete.html"
    success_url = reverse_lazy("notes:notes")

    def form_valid(self, form):
        """Mark the note as deleted."""
        note = self.object
        note.deleted_at = timezone.now()
        note.save(update_fields=["deleted_at"])
        undo = reverse("notes:note-restore", args=[note.pk])
        messages.success(self.request, f"“{note}” is deleted.", extra_tags=f"undo:{undo}")
        if self.request.POST.get("on") == "board":
            return respond_fragment(self.request, redirect_to="notes:board", undo=undo)
        return HttpResponseRedirect(self.get_success_url())


@require_POST
def note_restore(request, pk):
    """Undo the deletion of a note."""
    note = get_object_or_404(StickyNote, pk=pk)
    note.deleted_at = None
    note.save(update_fields=["deleted_at"])
    messages.success(request, f"“{note}” is back.")
    return respond_fragment(request, redirect_to=_way_back(request))


@require_POST
def note_pin(request, pk):
    """Pin a note, or unpin it."""
    note = get_object_or_404(PRESENT, pk=pk)
    note.is_pinned = not note.is_pinned
    note.save(update_fields=["is_pinned"])
    messages.success(request, f"“{note}” is {'' if note.is_pinned else 'not '}pinned.")
    return _note_again(request, note)


@require_POST
def note_archive(request, pk):
    """Archive a note, or take it out of the archive."""
    note = get_object_or_404(PRESENT, pk=pk)
    note.is_archived = not note.is_archived
    note.save(update_fields=["is_archived"])
    said = "in the archive" if note.is_archived else "out of the archive"
    messages.success(request, f"“{note}” is {said}.", extra_tags=f"undo:{request.path}")
    return _note_again(request, note, undo=request.path)


@require_POST
def note_move(request, pk):
    """Move a note of the board by one place."""
    note = get_object_or_404(StickyNote.objects.on_board(), pk=pk)
    keys = list(StickyNote.objects.on_board().values_list("pk", flat=True))
    place = keys.index(note.pk)
    other = place + (1 if request.POST.get("direction") == "later" else -1)
    if 0 <= other < len(keys):
        keys[place], keys[other] = keys[other], keys[place]
        StickyNote.objects.arrange(keys)
    return respond_fragment(request, redirect_to=reverse("notes:board") + f"#note-{pk}")


class Board(ClientFormMixin, SuccessMessageMixin, CreateView):
    """All notes in the order that people give them, and a form that adds one."""

    model = StickyNote
    form_class = QuickNoteForm
    template_name = "notes/board.html"
    fragment_template_name = "notes/_board.html"
    success_url = reverse_lazy("notes:board")
    success_message = "The note is on the board."

    def get_context_data(self, **kwargs):
        return super().get_context_data(notes=StickyNote.objects.on_board(), **kwargs)


@require_POST
def board_order(request):
    """Store the order of the board: JSON, `{"order": [3, 1, 2]}`."""
    try:
        order = json.loads(request.body)["order"]
    except (ValueError, KeyError, TypeError):
        order = None
    if not isinstance(order, list) or not all(type(key) is int for key in order):
        said = {"__all__": [{"message": "Send the keys of notes in a list.", "code": "order"}]}
        return JsonResponse(
            {"valid": False, "errors": [{"prefix": "", "errors": said}]}, status=422
        )
    StickyNote.objects.arrange(order)
    keys = StickyNote.objects.on_board().values_list("pk", flat=True)
    return JsonResponse({"valid": True, "messages": [], "data": list(keys)})


class NotebookList(ListView):
    """The notebooks, and how many notes are in each."""

    queryset = Notebook.objects.annotate(
        count=Count("notes", filter=Q(notes__deleted_at=None, notes__is_archived=False))
    )
    template_name = "notes/notebook_list.html"


class NotebookDetail(DetailView):
    """A notebook with its notes."""

    model = Notebook
    template_name = "notes/notebook_detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(notes=PRESENT.filter(notebook=self.object), **kwargs)


class NotebookCreate(ClientFormSetMixin, SuccessMessageMixin, CreateView):
    """A new notebook with its first notes."""

    model = Notebook
    form_class = NotebookForm
    formset_classes = {"notes": NoteFormSet}
    template_name = "notes/notebook_form.html"
    success_message = "The notebook “%(title)s” is saved."

    def get_formset_kwargs(self, name):
        return {"queryset": StickyNote.objects.none()}


class NotebookUpdate(ClientFormSetMixin, SuccessMessageMixin, UpdateView):
    """A notebook that is stored, and its notes."""

    model = Notebook
    form_class = NotebookForm
    formset_classes = {"notes": NoteFormSet}
    template_name = "notes/notebook_form.html"
    success_message = "The notebook “%(title)s” is saved."

    def get_formset_kwargs(self, name):
        return {"queryset": StickyNote.objects.present()}


class NotebookDelete(ClientFormMixin, SuccessMessageMixin, DeleteView):
    """Ask, and then delete a notebook with all its notes. Nothing undoes that."""

    model = Notebook
    form_class = DeleteNotebookForm
    template_name = "notes/notebook_confirm_delete.html"
    success_url = reverse_lazy("notes:notebooks")
    success_message = "The notebook and its notes are deleted."

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "notebook": self.object}

    def get_context_data(self, **kwargs):
        count = self.object.notes.present().count()
        return super().get_context_data(count=count, **kwargs)


class NoteImport(ClientFormMixin, FormView):
    """Export and import: a file with all notes, and a form that adds those of such a file."""

    form_class = ImportForm
    template_name = "notes/copy.html"
    success_url = reverse_lazy("notes:notes")

    def form_valid(self, form):
        new, known = add_copy(form.copy)
        said = f"{new} {'note was' if new == 1 else 'notes were'} added"
        if known:
            said += f", {known} {'was' if known == 1 else 'were'} here already"
        messages.success(self.request, f"{said}.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(count=StickyNote.objects.present().count(), **kwargs)


def notes_export(request):
    """Send all notes as a file."""
    response = HttpResponse(notes_as_json(), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="notes.json"'
    return response


def _note_again(request, note, undo=""):
    """Answer a script with the note as it is now, or with nothing if it has left the list or the board."""
    on = request.POST.get("on", "")
    template = "notes/_sticky.html" if on == "board" else "notes/_note.html"
    if on and request.path.endswith("/archive/"):
        template = ""
    way_back = _way_back(request)
    context = {"note": note, "on": on, "next": way_back}
    return respond_fragment(request, template, context, redirect_to=way_back, undo=undo)


def _way_back(request):
    """Return the page of this site that the form was in, if it says so."""
    given = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(given, allowed_hosts=None):
        return given
    return reverse("notes:notes")
