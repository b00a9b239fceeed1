"""Benchmarks on data that the repository makes itself."""
