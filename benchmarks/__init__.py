"""Measurements and counts that are run by hand, on data that the repository makes itself."""
