"""Text and the files it belongs to: reading, writing, and keeping what is in no file yet."""
