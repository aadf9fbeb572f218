"""Benchmarks: ratios inside one run, never absolute times. Started by `infra/bench`."""
