"""The tabs: which documents are open, and the ways they are opened, saved and closed."""
