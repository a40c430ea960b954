"""Development servers: one for this checkout, and one for an author's site."""
