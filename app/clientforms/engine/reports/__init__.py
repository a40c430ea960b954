"""What has changed since the page was told last: errors, field states, open questions."""
