"""Measurements of the engine that are run by hand."""
