"""AWS, as services see it."""
