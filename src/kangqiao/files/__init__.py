"""Stored files of a hospital: content-addressed, verified on every read."""
