"""Drafts of typed values, and how to fit them into forms that have changed since."""
