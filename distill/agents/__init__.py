"""The black-box stage: agents that expand, rewrite, select and verify training records."""
