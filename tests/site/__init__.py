"""Django in the page, and Django on a server: one project (`project/`), and the same cases for both."""
