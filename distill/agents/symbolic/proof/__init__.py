"""Runs statements on rows that are made to fit them."""
