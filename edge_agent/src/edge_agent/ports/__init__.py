"""Wires: TCP in both roles and serial lines, all alike to the layer above."""
