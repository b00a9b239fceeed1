"""The bundled demo: a small shop's database, and a tour of completions on it."""
