"""Write a site's files, and report findings."""
