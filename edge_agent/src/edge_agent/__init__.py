"""Kangqiao edge agent: instrument bytes are on disk before they are acknowledged, and reach the cloud once."""

__version__ = "0.1.0"
PROTOCOL = 1
