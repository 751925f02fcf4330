"""What draws a shot: one Protocol, several back ends."""
