"""A small project with Django's own admin, whose change page has live formsets in its inlines."""
