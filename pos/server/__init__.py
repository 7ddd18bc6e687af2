"""The server's side of the counter: terminals, journal intake, print requests."""
