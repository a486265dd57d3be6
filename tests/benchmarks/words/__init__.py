"""How tall each message is on a phone, and how many words it has."""
