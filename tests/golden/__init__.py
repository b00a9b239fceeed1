"""The golden file of the engine: what it says at every cursor of fixed statements, without a model.

`python -m tests.golden` prints how the engine's answers differ from the files in `expected/`;
`--renew` writes them anew.
"""
