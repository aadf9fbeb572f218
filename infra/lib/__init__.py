"""The commands of `infra/`: Python's standard library only, because they run before anything is installed."""
