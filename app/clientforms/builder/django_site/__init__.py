"""Build a page that runs a whole Django project, with its database."""
