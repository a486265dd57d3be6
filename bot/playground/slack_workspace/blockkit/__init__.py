"""Block Kit: what Slack accepts, and what a person has typed or chosen in it."""
