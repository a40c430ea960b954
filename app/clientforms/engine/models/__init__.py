"""Model forms in a page without a database."""
