"""What runs, and where: targets, connections, statements."""
