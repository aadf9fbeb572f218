"""Simulated instruments of the sandbox. They share no code with the edge agent: they are the other side of the wire."""
