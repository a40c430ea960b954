"""Elements, events and storage of the page, independent of Django's forms."""
