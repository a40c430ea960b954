"""A Django app that makes a project's forms live in the pages that its own server renders.

Never imported by a page. `register()` says which forms; three steps lead there: see docs/how-to/django-app.md.
"""

from clientforms.server.registry import register

__all__ = ["register"]
