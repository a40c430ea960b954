"""The author's code: find it, collect its imports, and check whether a page can run it."""
