"""Submitting a form, with all live forms inside it."""
