"""What public completers promise in their own tests, as cases for this engine.

A case has a schema, a text with the caret drawn in it, and the names that must and must not be
among the first 25 items. Only facts come from the peers: no code and no sentence of theirs is here.

    python -m tests.peer_cases            # the pass rates, as a table
    python -m tests.peer_cases --failing  # each case that fails, why, and what was offered

`known.py` lists the cases that do not hold. Whoever mends one takes it out of the list.
"""
