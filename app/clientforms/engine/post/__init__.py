"""The parts of a POST: names of controls, and text as a POST carries it."""
