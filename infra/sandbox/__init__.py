"""Local stand-ins for the services outside. They speak the real protocols and can be told to fail."""
