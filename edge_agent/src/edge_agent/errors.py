"""Refusals that a person in the hospital reads: Chinese, with what to do."""

from __future__ import annotations


class EdgeError(Exception):
    """`code` for programs, `message` for people."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code, self.message = code, message
