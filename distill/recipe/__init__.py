"""Recipes: one file says how a model is made, and every stage of it is run or gone on with."""
