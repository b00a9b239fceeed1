"""What stands on the screen around the text."""
