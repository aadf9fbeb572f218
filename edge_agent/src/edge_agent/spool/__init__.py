"""The disk between the instruments and the cloud."""
