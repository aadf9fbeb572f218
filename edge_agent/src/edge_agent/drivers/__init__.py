"""What a protocol's messages say, as far as the agent needs it. Pure functions on bytes."""
