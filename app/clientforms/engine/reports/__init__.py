"""The changes since the last report to the page: errors, field states, pending answers."""
