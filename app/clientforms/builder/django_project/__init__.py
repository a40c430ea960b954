"""The author's Django project: its settings, apps, URLs and choices."""
