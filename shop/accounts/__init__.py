"""Sign-in, roles, real-name identity, consent."""
