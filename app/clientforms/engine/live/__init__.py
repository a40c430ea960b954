"""Live forms and formsets: the classes that the public names stand for."""
