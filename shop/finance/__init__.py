"""Finance over all rooms: what different witnesses must agree on."""
