"""Values in and out: what callers give, and what they get as JSON or CSV."""
