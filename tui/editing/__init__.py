"""The text that SQL is written in, and what is on offer at its cursor."""
