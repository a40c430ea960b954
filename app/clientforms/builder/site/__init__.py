"""A site, or a single file: all files of the pages, ready for a host."""
