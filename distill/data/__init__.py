"""The data that a model is trained on: which statements, how many of each kind, and how often."""
