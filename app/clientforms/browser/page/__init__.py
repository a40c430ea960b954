"""The page as a whole: starting it, and its interface to JavaScript."""
