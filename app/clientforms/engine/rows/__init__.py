"""One row of a formset, and what belongs to it: values, files, errors, history."""
