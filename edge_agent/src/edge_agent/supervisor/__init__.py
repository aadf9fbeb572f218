"""Runs the devices and keeps what is known about them."""
