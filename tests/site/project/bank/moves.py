"""Migrations, run by views."""

from io import StringIO

from desk.responses import lines
from django import forms
from django.core.management import call_command
from django.db import connection
from django.shortcuts import redirect, render

from .models import Account


def run(*arguments, **options):
    out = StringIO()
    call_command(*arguments, stdout=out, no_color=True, **options)
    return out.getvalue().splitlines()


class MoveForm(forms.Form):
    target = forms.CharField()


def shown(request):
    """Show what showmigrations says, the tables, and the accounts if their table is there."""
    tables = sorted(
        name for name in connection.introspection.table_names() if name.startswith("bank_")
    )
    said = [line for line in run("showmigrations", "bank", "library") if line.strip()]
    columns = []
    if "bank_account" in tables:
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, "bank_account")
        columns = [column.name for column in described]
    accounts = Account.objects.values_list("owner", "balance") if "bank_account" in tables else []
    return lines(request, "Migrations", *said, str(tables), str(columns), str(list(accounts)))


def check(request):
    try:
        said = run("makemigrations", check=True, dry_run=True)
    except SystemExit as end:
        said = [f"ended with {end.code}"]
    return lines(request, "Check", *said)


def migrate(request):
    form = MoveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run("migrate", "bank", form.cleaned_data["target"], verbosity=0)
        return redirect("migrations")
    return render(request, "form.html", {"form": form, "title": "Migrate"})


def sql(request):
    return lines(request, "SQL", *run("sqlmigrate", "bank", "0003"))
