"""What CPython's Django says of posted data. Runs in the project, with its database set up.

Reads `{"target": …, "language": …, "posted": [name to values, …]}` and writes a list: for each of
the data, field name to messages.
"""

import importlib
import json
import sys

import django
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation


def main():
    asked = json.load(sys.stdin)
    django.setup()
    module, _, name = asked["target"].partition(":")
    make = getattr(importlib.import_module(module), name)
    with translation.override(asked["language"]):
        json.dump([errors(make, posted) for posted in asked["posted"]], sys.stdout)


def errors(make, posted):
    data = QueryDict(mutable=True)
    for name, values in posted.items():
        data.setlist(name, values)
    form = make(data=data, files={}, prefix="wild")
    if hasattr(form, "request"):
        form.request = RequestFactory().post("/", data)  # as a view gives it
    try:
        form.full_clean()
    except OSError:  # a rule that asks another server, which no test reaches
        return {}
    return {field: [str(each) for each in messages] for field, messages in form.errors.items()}


main()
