"""A small app without a project: pages that only a browser can be asked about."""
