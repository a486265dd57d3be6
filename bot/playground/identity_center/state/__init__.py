"""What the simulated AWS stores, and the parts it is made of."""
