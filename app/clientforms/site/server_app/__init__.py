"""What replaces parts of `clientforms.server` in a page, in which the server is the page itself."""
