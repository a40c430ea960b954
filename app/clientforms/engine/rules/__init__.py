"""Validation rules with their own time or place: asynchronous, conditional, left to the server."""
