from threading import Barrier

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST
from django.views.generic import CreateView, DeleteView, FormView, UpdateView

from clientforms.server.views import (
    ClientFormMixin,
    ClientFormSetMixin,
    once,
    respond,
    respond_fragment,
)

from .forms import LetterForm, ParcelForm, ParcelFormSet, PonyFormSet, StableForm
from .models import Stable

_BOTH = Barrier(2)


def meet_a_twin(name):
    """Wait until another request has validated a name like this, too."""
    if name.startswith("Twin"):
        _BOTH.wait(20)


class StableCreate(ClientFormSetMixin, CreateView):
    form_class = StableForm
    formset_classes = {"ponies": PonyFormSet}
    template_name = "ponies/stable.html"

    def form_valid(self, form):
        meet_a_twin(form.instance.name)
        response = super().form_valid(form)
        messages.success(self.request, f"{form.instance} is built.")
        return response

    def get_success_data(self):
        return {"pk": self.object.pk}


class StableUpdate(ClientFormSetMixin, LoginRequiredMixin, UpdateView):
    model = Stable
    form_class = StableForm
    formset_classes = {"ponies": PonyFormSet}
    template_name = "ponies/stable.html"


class StableMore(ClientFormSetMixin, CreateView):
    """One after the other, without leaving the page."""

    model = Stable
    form_class = StableForm
    formset_classes = {"ponies": PonyFormSet}
    template_name = "ponies/more.html"
    fragment_template_name = "ponies/_more.html"
    extra_context = {"stables": Stable.objects.all}


class StableDelete(ClientFormMixin, PermissionRequiredMixin, DeleteView):
    model = Stable
    permission_required = "ponies.delete_stable"
    success_url = reverse_lazy("stables")
    template_name = "ponies/delete.html"


class LetterView(ClientFormMixin, FormView):
    form_class = LetterForm
    success_url = reverse_lazy("stables")
    template_name = "ponies/letter.html"

    def form_valid(self, form):
        if form.cleaned_data["subject"] == "Fire":
            raise PermissionDenied("No false alarms.")
        picture = form.cleaned_data["picture"]
        size = f" with {picture.size} bytes" if picture else ""
        messages.success(self.request, f"Sent{size}: {form.cleaned_data['subject']}")
        messages.warning(self.request, mark_safe("The <em>post</em> is slow."))
        messages.error(self.request, "<b>Rain</b>", extra_tags="toast")
        return super().form_valid(form)


class ParcelCreate(ClientFormMixin, CreateView):
    """What an outbox sends to."""

    form_class = ParcelForm
    success_url = reverse_lazy("parcel")
    template_name = "ponies/parcel.html"

    def form_valid(self, form):
        if form.cleaned_data["title"] == "Bomb":
            raise PermissionDenied("No bombs.")
        meet_a_twin(form.cleaned_data["title"])
        form.instance.sender = self.request.user.username
        response = super().form_valid(form)
        if form.cleaned_data["title"] == "Egg":
            raise RuntimeError("It broke after it was saved.")
        messages.success(self.request, f"{form.instance.title} has arrived.")
        return response

    def get_success_data(self):
        return {"pk": self.object.pk}


class ParcelMine(LoginRequiredMixin, ParcelCreate):
    """For those who are logged in; written in the wrong order, which many do."""


def _parcel(request):
    form = ParcelForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        if form.cleaned_data["title"] == "Elsewhere":
            return redirect("stables")
    return respond(request, form, template_name="ponies/parcel.html", created=True)


parcel = once(_parcel)


def parcels(request):
    """A formset of all parcels, without a parent."""
    formset = ParcelFormSet(request.POST or None, request.FILES or None, prefix="parcels")
    if request.method == "POST" and formset.is_valid():
        formset.save()
    return respond(
        request, formset, template_name="ponies/parcels.html", context={"parcels": formset}
    )


def unheeding(request):
    """A function view that does not heed the key."""
    return _parcel(request)


def rename(request, pk):
    """A function view about a form."""
    stable = get_object_or_404(Stable, pk=pk)
    form = StableForm(request.POST or None, instance=stable)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.info(request, f"Now it is {stable.name}.")
    return respond(
        request,
        form,
        template_name="ponies/rename.html",
        context={"stable": stable},
        redirect_to=stable if stable.pk else None,
        fragment_template_name="ponies/_name.html",
    )


def stables(request):
    return render(request, "ponies/stables.html", {"stables": Stable.objects.all()})


@require_POST
def toggle(request, pk):
    stable = get_object_or_404(Stable, pk=pk)
    stable.is_open = not stable.is_open
    stable.save()
    undo = reverse("toggle", args=[pk])
    messages.success(request, f"{stable} is {'open' if stable.is_open else 'closed'}.")
    context = {"stable": stable}
    return respond_fragment(
        request, "ponies/_stable.html", context, redirect_to="stables", undo=undo
    )


@require_POST
def remove(request, pk):
    stable = get_object_or_404(Stable, pk=pk)
    undo = reverse("restore", args=[stable.name])
    stable.delete()
    return respond_fragment(request, redirect_to="stables", undo=undo)


@require_POST
def restore(request, name):
    stable = Stable.objects.create(name=name)
    context = {"stable": stable}
    return respond_fragment(
        request, "ponies/_stable.html", context, redirect_to="stables", created=True
    )


@require_POST
def move(request, pk):
    stable = get_object_or_404(Stable, pk=pk)
    others = [each for each in Stable.objects.all() if each != stable]
    others.insert(int(request.POST["to"]), stable)
    for position, each in enumerate(others):
        Stable.objects.filter(pk=each.pk).update(position=position)
    return respond_fragment(
        request, "ponies/_stables.html", {"stables": Stable.objects.all()}, redirect_to="stables"
    )


def plain(request):
    """A view that knows nothing of scripts."""
    return HttpResponse("<!doctype html><title>Plain</title><p>A page.")
