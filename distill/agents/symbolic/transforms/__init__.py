"""Expansion's transforms, each a function of a statement and a chance."""
