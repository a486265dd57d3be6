"""AWS as the inside sees it."""
