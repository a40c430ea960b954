"""An app of a Django project that the tests of sending make: stables with ponies, as authors write it."""
