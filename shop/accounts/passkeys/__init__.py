"""Passkeys of staff: added while signed in, listed, removed, and signed in with."""
