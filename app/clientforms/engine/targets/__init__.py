"""From a name to a live form: dotted paths and functions that make forms."""
