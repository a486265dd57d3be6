"""What the simulated AWS keeps, and the parts it is made of."""
