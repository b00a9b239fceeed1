"""What a company has: its logs read, stripped of all values, mined, and made ready for tuning."""
