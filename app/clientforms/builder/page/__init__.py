"""Render pages with forms in their HTML."""
