"""The app's table, step by step."""
