"""Media for tests and benchmarks, made on the spot: what is in them is known exactly."""
