from django.contrib import admin

from .models import Author, Book, Genre, Loan, Page


class PageInline(admin.TabularInline):
    model = Page
    extra = 1


@admin.register(Book)
class BookAdmin(admin.ModelAdmin):
    list_display = ["title", "author", "pages"]
    list_filter = ["author"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}
    inlines = [PageInline]


admin.site.register([Author, Genre, Loan])
