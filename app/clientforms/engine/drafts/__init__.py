"""Drafts of what was typed, and how they fit into forms that have changed since."""
