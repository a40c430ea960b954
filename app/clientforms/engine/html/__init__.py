"""The HTML of forms, rows and widgets, as the installed Django renders it."""
