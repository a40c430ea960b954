"""Build a site or a single file, ready for a host."""
