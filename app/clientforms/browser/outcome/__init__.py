"""Actions of a valid form that is not posted to a server."""
