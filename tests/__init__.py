"""What a user of sqlcomplete relies on."""
