"""Bind live forms and formsets to their containers: events in, changes out."""
