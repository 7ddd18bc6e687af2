"""Tax, limits, tariff and guarantees of retail imports."""
