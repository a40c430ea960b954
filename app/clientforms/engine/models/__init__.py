"""Forms of models in a page without a database."""
