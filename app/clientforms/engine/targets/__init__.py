"""Find the form or formset class of a container: dotted paths, and functions that make forms."""
