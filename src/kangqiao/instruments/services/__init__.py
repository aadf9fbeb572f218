"""Verbs of edge agents and instruments."""
