"""Catalogues of functions, a module a family of dialects."""
