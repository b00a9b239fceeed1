"""The Python library: its import, its functions, its examples and its public surface."""
