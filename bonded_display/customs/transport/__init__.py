"""How signed documents travel."""
