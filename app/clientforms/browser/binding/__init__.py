"""Live forms and formsets bound to their containers: events in, changes out."""
