"""The project around the forms, as a page has it: apps, template tags, static files."""
