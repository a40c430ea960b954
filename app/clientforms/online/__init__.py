"""The page's side of clientforms.server. `clientforms_build` packs it; no other page has it."""
