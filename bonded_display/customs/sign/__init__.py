"""XML signatures with SM2/SM3."""
