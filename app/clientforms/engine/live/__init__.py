"""Live forms and formsets: the public classes and their parts."""
