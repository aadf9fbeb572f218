"""What the registry tells rooms above it."""

from django.dispatch import Signal

hospital_changed = Signal()
