"""Submit a form with all live forms inside it."""
