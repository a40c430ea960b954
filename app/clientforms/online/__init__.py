"""The page's side of clientforms.server. `clientforms_build` packs it; pages of static sites do not include it."""
