"""Other completion engines behind the same protocol, fed the same schemas."""
