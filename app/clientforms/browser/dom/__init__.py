"""The page's elements, events and storage, with no form in mind."""
