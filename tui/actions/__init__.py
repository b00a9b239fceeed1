"""The one list of actions, and the keys that reach them."""
