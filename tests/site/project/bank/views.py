"""Money moves whole or not at all: transactions."""

from desk.responses import action, lines
from django import forms
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Sum
from django.db.transaction import TransactionManagementError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from .models import Account, Booking

ACTIONS = [
    action(text, f"/bank/{text.lower().replace(' ', '-')}/")
    for text in (
        "Rolled back",
        "Nested",
        "On commit",
        "Atomic view",
        "Non-atomic view",
        "Locked",
        "Debt",
        "By hand",
    )
]


class TransferForm(forms.Form):
    giver = forms.ModelChoiceField(Account.objects.all())
    taker = forms.ModelChoiceField(Account.objects.all())
    amount = forms.DecimalField(max_digits=8, decimal_places=2, min_value=0)


def accounts(request):
    total = Account.objects.aggregate(total=Sum("balance"))["total"]
    shown = [*Account.objects.all(), *Booking.objects.all(), f"in all: {total}"]
    return lines(request, "Accounts", *shown, actions=ACTIONS)


def transfer(request):
    """Move an amount; the database refuses debts, and the form says so."""
    form = TransferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        giver, taker = form.cleaned_data["giver"], form.cleaned_data["taker"]
        try:
            with transaction.atomic():
                taker.balance = F("balance") + form.cleaned_data["amount"]
                taker.save()
                giver.balance = F("balance") - form.cleaned_data["amount"]
                giver.save()
        except DatabaseError:
            form.add_error("amount", "There is not enough.")
        else:
            return redirect("accounts")
    return render(request, "form.html", {"form": form, "title": "Transfer"})


def take(owner, amount):
    Account.objects.filter(owner=owner).update(balance=F("balance") - amount)


@require_POST
def rolled_back(request):
    try:
        with transaction.atomic():
            take("Ada", 10)
            Booking.objects.create(text="never")
            raise LookupError("something else went wrong")
    except LookupError:
        pass
    return redirect("accounts")


@require_POST
def nested(request):
    """The inner block is undone, the outer one is not."""
    with transaction.atomic():
        take("Ada", 10)
        try:
            with transaction.atomic():
                take("Bob", 10)
                with transaction.atomic():
                    take("House", 10)
                raise LookupError
        except LookupError:
            Booking.objects.create(text="Bob and House did not pay")
    return redirect("accounts")


@require_POST
def on_commit(request):
    said = []
    with transaction.atomic():
        transaction.on_commit(lambda: said.append("after the outer block"))
        try:
            with transaction.atomic():
                transaction.on_commit(lambda: said.append("never"))
                raise LookupError
        except LookupError:
            said.append("inside")
    transaction.on_commit(lambda: said.append("at once"))
    return lines(request, "On commit", *said)


@require_POST
@transaction.atomic
def atomic_view(request):
    take("Ada", 10)
    raise RuntimeError("the whole view is undone")


@require_POST
@transaction.non_atomic_requests
def non_atomic_view(request):
    take("Ada", 10)
    raise RuntimeError("what came before stays")


@require_POST
def locked(request):
    said = []
    try:
        with transaction.atomic():
            pass
        list(Account.objects.select_for_update())
    except TransactionManagementError as error:
        said.append(str(error))
    with transaction.atomic():
        ada = Account.objects.select_for_update().get(owner="Ada")
        bob = Account.objects.select_for_update(of=("self",)).get(owner="Bob")
        ada.balance, bob.balance = bob.balance, ada.balance
        ada.save()
        bob.save()
        said.append(f"in a block: {connection.in_atomic_block}")
    return lines(request, "Locked", *said, *Account.objects.all())


@require_POST
def debt(request):
    """A model's own constraints, in full_clean() and in the database."""
    ada = Account.objects.get(owner="Ada")
    ada.balance = -1
    said = []
    try:
        ada.full_clean()
    except forms.ValidationError as error:
        said += error.messages
    try:
        with transaction.atomic():
            ada.save()
    except DatabaseError as error:
        said.append(str(error))
    return lines(request, "Debt", *said, Account.objects.get(owner="Ada"))


@require_POST
def by_hand(request):
    """Savepoints, and a rollback that is asked for."""
    with transaction.atomic():
        take("Ada", 1)
        point = transaction.savepoint()
        take("Ada", 2)
        transaction.savepoint_rollback(point)
        point = transaction.savepoint()
        take("Ada", 4)
        transaction.savepoint_commit(point)
    with transaction.atomic():
        take("Ada", 8)
        transaction.set_rollback(True)
    return redirect("accounts")
