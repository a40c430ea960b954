"""Rows as copies of one row that Django rendered, for speed."""
