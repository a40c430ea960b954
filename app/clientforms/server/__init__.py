"""A Django app that makes a project's forms live in the pages that its server renders.

It runs on the server only; pages never import it. `register()` makes a form class live: see
docs/how-to/django-app.md. `push_errors()` and `push_choices()` update open forms: see docs/how-to/push.md.
"""

from clientforms.server.pushing import apush_choices, apush_errors, push_choices, push_errors
from clientforms.server.registry import register

__all__ = ["apush_choices", "apush_errors", "push_choices", "push_errors", "register"]
