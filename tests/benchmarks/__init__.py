"""Measurements, run by hand: `python -m tests.benchmarks.<name>`. Their figures are in docs/performance.md."""
