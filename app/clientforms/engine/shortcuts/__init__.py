"""Optimizations that change no results: reused forms and fields."""
