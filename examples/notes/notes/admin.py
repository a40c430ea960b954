"""The admin of the notes, with most of what Django's admin can do."""

from django.contrib import admin, messages
from django.utils.translation import ngettext

from .models import Label, Notebook, StickyNote


class NoteInline(admin.TabularInline):
    """The notes of a notebook."""

    model = StickyNote
    fields = ["text", "colour", "due", "is_pinned"]
    extra = 1


@admin.register(Notebook)
class NotebookAdmin(admin.ModelAdmin):
    """Notebooks with their notes."""

    inlines = [NoteInline]
    list_display = ["title", "about"]
    search_fields = ["title", "about"]


@admin.register(StickyNote)
class StickyNoteAdmin(admin.ModelAdmin):
    """Notes, those that are deleted as well."""

    list_display = ["__str__", "notebook", "colour", "timestamp", "due", "is_pinned", "is_archived"]
    list_editable = ["is_pinned"]
    list_filter = [
        "notebook",
        "colour",
        "labels",
        "is_archived",
        "due",
        ("deleted_at", admin.EmptyFieldListFilter),
    ]
    list_per_page = 20
    list_select_related = ["notebook"]
    search_fields = ["text", "notebook__title"]
    date_hierarchy = "timestamp"
    filter_horizontal = ["labels"]
    readonly_fields = ["deleted_at"]
    save_on_top = True
    fieldsets = [
        (None, {"fields": ["text", "notebook", "colour", "labels"]}),
        ("When", {"fields": ["timestamp", "due"]}),
        ("State", {"fields": ["is_pinned", "is_archived", "deleted_at"], "classes": ["collapse"]}),
    ]
    actions = ["archive", "restore"]

    @admin.action(description="Archive selected notes")
    def archive(self, request, queryset):
        count = queryset.update(is_archived=True)
        said = ngettext("%d note is in the archive.", "%d notes are in the archive.", count)
        self.message_user(request, said % count, messages.SUCCESS)

    @admin.action(description="Restore selected notes", permissions=["change"])
    def restore(self, request, queryset):
        count = queryset.update(deleted_at=None, is_archived=False)
        said = ngettext("%d note is back.", "%d notes are back.", count)
        self.message_user(request, said % count, messages.SUCCESS)


@admin.register(Label)
class LabelAdmin(admin.ModelAdmin):
    """Labels."""

    search_fields = ["name"]
