"""HTTP: the server, signatures, input and output checks, rates, faults."""
