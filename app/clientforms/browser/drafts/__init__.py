"""Drafts in the page: saved while the user types, offered after a reload."""
