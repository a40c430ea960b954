"""Log-in and permissions."""

from django.contrib.auth import login
from django.contrib.auth.decorators import permission_required, user_passes_test
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.mixins import (
    LoginRequiredMixin,
    PermissionRequiredMixin,
    UserPassesTestMixin,
)
from django.contrib.auth.models import User
from django.shortcuts import redirect
from django.views.generic import CreateView, ListView, TemplateView, UpdateView
from library.models import Book

from .responses import lines


class SignUp(CreateView):
    model = User
    form_class = UserCreationForm
    template_name = "form.html"
    extra_context = {"title": "Sign up"}

    def form_valid(self, form):
        login(self.request, form.save())
        return redirect("profile")


class Profile(LoginRequiredMixin, TemplateView):
    template_name = "desk/profile.html"


class Lend(PermissionRequiredMixin, TemplateView):
    permission_required = "library.lend_book"
    template_name = "desk/profile.html"
    raise_exception = True
    permission_denied_message = "Only librarians lend books."


@permission_required("library.lend_book")
def lend(request):
    return lines(request, "Lend", request.user)


@user_passes_test(
    lambda user: user.is_staff, login_url="/accounts/login/", redirect_field_name="to"
)
def staff(request):
    return lines(request, "Staff", request.user)


class NamedHead(UserPassesTestMixin, TemplateView):
    template_name = "desk/profile.html"

    def test_func(self):
        return self.request.user.username == "head"


class Mine(LoginRequiredMixin, ListView):
    """The books that somebody has entered."""

    template_name = "library/book_list.html"
    context_object_name = "books"

    def get_queryset(self):
        return Book.objects.filter(owner=self.request.user)

    def post(self, request):
        book = Book.objects.get(title=request.POST["title"])
        book.owner = request.user
        book.save()
        return redirect("mine")


class MyBook(LoginRequiredMixin, UpdateView):
    fields = ["pages"]
    template_name = "form.html"
    success_url = "/accounts/mine/"

    def get_queryset(self):
        return Book.objects.filter(owner=self.request.user)
