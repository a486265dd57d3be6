"""What changes the state: one module for each kind of thing, plain functions of an `Estate`."""
