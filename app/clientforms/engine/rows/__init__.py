"""The rows of a formset and their state: values, files, errors, history."""
