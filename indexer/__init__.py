"""Files in, moments out: reading, embedding, storing and searching a library."""
