"""The Django project in a page: apps, template tags, static files."""
