"""Puts everything back to the start, so that one case knows nothing of another."""

import shutil

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from library.models import Trace

from .users import add_users

#: What migrations have put there, and need to find there.
LASTING = {"auth.permission", "contenttypes.contenttype"}


@csrf_exempt
def reset(request):
    """Empty the tables, load the fixture, and forget files, cookies and the cache."""
    if request.method != "POST":
        return render(request, "reset.html")
    models = [model for model in apps.get_models() if model._meta.label_lower not in LASTING]
    tables = {model._meta.db_table for model in models}
    tables |= {field.m2m_db_table() for model in models for field in model._meta.local_many_to_many}
    if tables - set(connection.introspection.table_names()):  # a case of migrations has failed
        call_command("migrate", verbosity=0)
    flush = connection.ops.sql_flush(no_style(), sorted(tables), reset_sequences=True)
    connection.ops.execute_sql_flush(flush)
    call_command("loaddata", "start", verbosity=0)
    Trace.objects.all().delete()  # what the signals have seen of the fixture
    add_users()
    cache.clear()
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
    translation.activate(settings.LANGUAGE_CODE)
    answer = HttpResponse("<title>Reset</title><p>Ready</p>")
    for name in request.COOKIES:
        answer.delete_cookie(name)
    return answer
