"""The generator: from a found clip to a film in 4K."""
