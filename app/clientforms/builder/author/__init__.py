"""The author's code: what is named, what it imports, and whether a page can run it."""
