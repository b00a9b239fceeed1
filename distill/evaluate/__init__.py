"""Measures what a completion is worth to the person who types. Judges engines from outside: it
shares no syntax, scope or ranking code with the engine it measures."""
