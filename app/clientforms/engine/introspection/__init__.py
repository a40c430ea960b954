"""Inspect a developer's code and templates without running them."""
