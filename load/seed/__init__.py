"""``make seed``: a large house, its past orders written set by set, its books compared."""
