"""Rows in the page: their controls, errors, buttons and files."""
