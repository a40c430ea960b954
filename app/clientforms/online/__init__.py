"""A page whose Django server speaks with it. Packed by `clientforms_build`; no other page has it."""
