"""What a POST is made of: names of controls, and text as a POST carries it."""
