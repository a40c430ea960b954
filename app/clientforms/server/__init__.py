"""A Django app that makes a project's forms live in the pages that its own server renders.

Never imported by a page. `register()` says which forms; three steps lead there: see docs/how-to/django-app.md.
`push_errors()` and `push_choices()` change forms that are open: see docs/how-to/push.md.
"""

from clientforms.server.pushing import apush_choices, apush_errors, push_choices, push_errors
from clientforms.server.registry import register

__all__ = ["apush_choices", "apush_errors", "push_choices", "push_errors", "register"]
