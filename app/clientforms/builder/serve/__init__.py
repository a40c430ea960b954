"""Servers for work on forms: one for this checkout, one for an author's."""
