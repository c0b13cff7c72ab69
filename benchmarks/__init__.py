"""Measurements, each a command that prints the table kept in docs/benchmarks.md."""
