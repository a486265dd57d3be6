"""Measurements, run by hand: `python -m tests.benchmarks`. Their figures are in docs/performance.md."""
