"""What exists only for speed: forms and fields that are used again."""
