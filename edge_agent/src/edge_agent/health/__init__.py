"""The page for the person in front of the machine."""
