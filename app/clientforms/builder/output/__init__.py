"""The files of a site, and what is to be said of them."""
