"""Drafts in the page: kept while somebody types, offered after a reload."""
