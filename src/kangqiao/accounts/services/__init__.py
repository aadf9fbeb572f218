"""Verbs of staff identity: log in and out, passwords, second factor, users and roles."""
