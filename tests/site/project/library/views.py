"""Lists, details and forms of books: the generic views, as Django's documentation uses them."""

from desk.responses import action, lines
from django.contrib import messages
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import ProtectedError
from django.forms import inlineformset_factory, modelformset_factory
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.views.generic import (
    CreateView,
    DeleteView,
    DetailView,
    FormView,
    ListView,
    RedirectView,
    TemplateView,
    UpdateView,
)
from django.views.generic.detail import SingleObjectMixin
from django.views.generic.edit import FormMixin

from .forms import AuthorForm, BookForm, InterestForm, LoanForm, PageForm, TypedForm, WishForm
from .models import Author, Book, Genre, Loan, Page, Review


class BookList(ListView):
    model = Book
    paginate_by = 4
    context_object_name = "books"

    def get_queryset(self):
        books = super().get_queryset().select_related("author")
        if word := self.request.GET.get("q", ""):
            books = books.filter(title__icontains=word)
        return books

    def get_ordering(self):
        return {"pages": "-pages", "day": "published"}.get(self.request.GET.get("by"), "title")


class GenreBooks(ListView):
    """The books of a genre; a genre without any is not found."""

    allow_empty = False
    template_name = "library/book_list.html"
    context_object_name = "books"

    def get_queryset(self):
        self.genre = get_object_or_404(Genre, name__iexact=self.kwargs["name"])
        return self.genre.books.all()

    def get_context_data(self, **kwargs):
        return super().get_context_data(heading=f"Genre: {self.genre}", **kwargs)


class BookDetail(DetailView):
    model = Book


class BookByNumber(DetailView):
    queryset = Book.objects.long()
    template_name = "library/book_detail.html"


class AuthorDetail(FormMixin, DetailView):
    """An author, and a form for a review: FormMixin with DetailView, as the documentation has it."""

    model = Author
    form_class = InterestForm

    def get_success_url(self):
        return reverse("author", kwargs={"pk": self.object.pk})

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        form = self.get_form()
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def form_valid(self, form):
        Review.objects.create(subject=self.object, **form.cleaned_data)
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        reviews = [review for review in Review.objects.all() if review.subject == self.object]
        return super().get_context_data(reviews=reviews, **kwargs)


class AuthorBooks(SingleObjectMixin, ListView):
    """An author with pages of books: SingleObjectMixin with ListView."""

    paginate_by = 2
    template_name = "library/author_books.html"

    def get(self, request, *args, **kwargs):
        self.object = self.get_object(queryset=Author.objects.all())
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return self.object.books.all()


class AddBook(CreateView):
    model = Book
    form_class = BookForm
    template_name = "form.html"
    extra_context = {"title": "New book"}


class ChangeBook(SuccessMessageMixin, UpdateView):
    model = Book
    form_class = BookForm
    template_name = "form.html"
    success_message = "%(title)s is changed."
    success_url = "/books/number/{id}/changed/?slug={slug}"


class RemoveBook(DeleteView):
    model = Book
    success_url = reverse_lazy("books")

    def form_valid(self, form):
        messages.warning(self.request, f"{self.object} is gone.")
        return super().form_valid(form)


class AddAuthor(CreateView):
    """Has two buttons: the second one leads to the form again."""

    model = Author
    form_class = AuthorForm
    template_name = "library/author_form.html"

    def get_success_url(self):
        if "another" in self.request.POST:
            return reverse("add_author")
        return super().get_success_url()


class ChangeAuthor(UpdateView):
    model = Author
    fields = ["name", "born"]
    template_name = "form.html"
    # no success_url: get_absolute_url


class RemoveAuthor(DeleteView):
    model = Author
    template_name = "library/book_confirm_delete.html"
    success_url = "/books/"

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError as error:
            form.add_error(None, f"{len(error.protected_objects)} books are by {self.object}.")
            return self.form_invalid(form)


class AddLoan(CreateView):
    model = Loan
    form_class = LoanForm
    template_name = "form.html"
    success_url = reverse_lazy("books")

    def get_initial(self):
        return {**super().get_initial(), "reader": self.request.GET.get("reader", "")}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "lent_by": "Dora", "shortest": 500}

    def form_valid(self, form):
        form.instance.reader = form.instance.reader.title()
        messages.success(self.request, f"Lent to {form.instance.reader}.")
        return super().form_valid(form)

    def form_invalid(self, form):
        messages.error(self.request, "Nothing is lent.")
        response = super().form_invalid(form)
        response.status_code = 422
        return response


class Wish(FormView):
    form_class = WishForm
    template_name = "form.html"
    initial = {"count": 3, "why": "I like it"}
    success_url = reverse_lazy("wished")

    def form_valid(self, form):
        self.request.session["wish"] = form.cleaned_data
        return super().form_valid(form)


class Wished(TemplateView):
    template_name = "lines.html"
    extra_context = {"title": "Thanks"}

    def get_context_data(self, **kwargs):
        wish = self.request.session.get("wish", {})
        return super().get_context_data(lines=[f"{name}: {wish[name]}" for name in wish], **kwargs)


class Old(RedirectView):
    pattern_name = "book"
    permanent = True
    query_string = True


def wish(request):
    """The double step in a function: GET shows the form, POST takes it."""
    if request.method == "POST":
        form = WishForm(request.POST)
        if form.is_valid():
            return redirect("books")
    else:
        form = WishForm()
    return render(request, "form.html", {"form": form, "title": f"By {request.method}"})


def two_forms(request):
    """Two forms in one <form>, told apart by their prefixes."""
    forms = [WishForm(request.POST or None, prefix=name) for name in ("first", "second")]
    verdicts = [form.is_valid() for form in forms]  # of both: each is to say its errors
    if request.method == "POST" and all(verdicts):
        return lines(request, "Both", *(form.cleaned_data["title"] for form in forms))
    return render(request, "library/two_forms.html", {"forms": forms})


def typed(request):
    form = TypedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        return lines(request, "Typed", *(f"{name}: {cleaned[name]!r}" for name in sorted(cleaned)))
    return render(request, "form.html", {"form": form})


def changed(request, pk):
    book = get_object_or_404(Book, pk=pk)
    return lines(request, "Changed", book.title, request.GET["slug"], book.pages)


def set_genres(request, slug):
    """Many-to-many by commit=False and save_m2m, and by add, remove, set and clear."""
    book = get_object_or_404(Book, slug=slug)
    if request.method == "POST":
        form = BookForm(request.POST, request.FILES, instance=book)
        if form.is_valid():
            book = form.save(commit=False)
            before = [genre.name for genre in Book.objects.get(pk=book.pk).genres.all()]
            book.save()
            form.save_m2m()
            after = [genre.name for genre in book.genres.all()]
            return lines(request, "Genres", f"{before} then {after}")
    else:
        form = BookForm(instance=book)
    return render(request, "form.html", {"form": form})


AuthorFormSet = modelformset_factory(Author, form=AuthorForm, extra=1, can_delete=True)
PageFormSet = inlineformset_factory(Book, Page, form=PageForm, extra=2, can_delete=True)
OrderedPageFormSet = inlineformset_factory(
    Book, Page, fields=["text", "number"], extra=0, can_order=True
)


def authors(request):
    """A model formset of all authors."""
    queryset = Author.objects.order_by("pk")
    formset = AuthorFormSet(request.POST or None, queryset=queryset, prefix="authors")
    if request.method == "POST" and formset.is_valid():
        formset.save()
        new, changed, deleted = (
            formset.new_objects,
            formset.changed_objects,
            formset.deleted_objects,
        )
        said = f"{len(new)} new, {len(changed)} changed, {len(deleted)} deleted"
        messages.info(request, said)
        return redirect("authors")
    return render(request, "library/formset.html", {"formset": formset, "title": "Authors"})


def pages(request, slug):
    """An inline formset of a book's pages."""
    book = get_object_or_404(Book, slug=slug)
    formset = PageFormSet(request.POST or None, instance=book)
    if request.method == "POST" and formset.is_valid():
        formset.save()
        return HttpResponseRedirect(request.path)
    return render(
        request, "library/formset.html", {"formset": formset, "title": f"Pages of {book}"}
    )


def ordered_pages(request, slug):
    book = get_object_or_404(Book, slug=slug)
    formset = OrderedPageFormSet(request.POST or None, instance=book)
    if request.method == "POST" and formset.is_valid():
        return lines(request, "Ordered", *(form.instance.text for form in formset.ordered_forms))
    return render(request, "library/formset.html", {"formset": formset, "title": "Order"})


def book_with_pages(request):
    """A new book and its pages, stored together."""
    form = BookForm(request.POST or None, request.FILES or None)
    formset = PageFormSet(request.POST or None, instance=form.instance)
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        formset.instance = form.save()
        formset.save()
        return redirect(form.instance)
    return render(
        request, "library/formset.html", {"form": form, "formset": formset, "title": "All at once"}
    )


def traces(request):
    from .models import Trace

    return lines(request, "Traces", *Trace.objects.all(), actions=[action("Lend", reverse("lend"))])
