"""Addresses of the notes. They may be a project's only ones: `ROOT_URLCONF = "notes.urls"`."""

from django.urls import include, path

from . import views

addresses = [
    path("", views.NoteList.as_view(), name="notes"),
    path("notes/add/", views.NoteCreate.as_view(), name="note-add"),
    path("notes/<int:pk>/", views.NoteDetail.as_view(), name="note"),
    path("notes/<int:pk>/edit/", views.NoteUpdate.as_view(), name="note-edit"),
    path("notes/<int:pk>/delete/", views.NoteDelete.as_view(), name="note-delete"),
    path("notes/<int:pk>/restore/", views.note_restore, name="note-restore"),
    path("notes/<int:pk>/pin/", views.note_pin, name="note-pin"),
    path("notes/<int:pk>/archive/", views.note_archive, name="note-archive"),
    path("notes/<int:pk>/move/", views.note_move, name="note-move"),
    path("months/<int:year>/<int:month>/", views.NoteMonth.as_view(), name="month"),
    path("board/", views.Board.as_view(), name="board"),
    path("board/order/", views.board_order, name="board-order"),
    path("notebooks/", views.NotebookList.as_view(), name="notebooks"),
    path("notebooks/add/", views.NotebookCreate.as_view(), name="notebook-add"),
    path("notebooks/<int:pk>/", views.NotebookDetail.as_view(), name="notebook"),
    path("notebooks/<int:pk>/edit/", views.NotebookUpdate.as_view(), name="notebook-edit"),
    path("notebooks/<int:pk>/delete/", views.NotebookDelete.as_view(), name="notebook-delete"),
    path("copy/", views.NoteImport.as_view(), name="copy"),
    path("copy/notes.json", views.notes_export, name="export"),
]
# A root URLconf has no namespace of its own, so this one includes its addresses in theirs.
urlpatterns = [path("", include((addresses, "notes")))]
