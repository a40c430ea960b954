"""What a developer's own code and templates do, found out without running them."""
