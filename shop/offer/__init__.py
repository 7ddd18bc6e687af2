"""Catalogue, pricing, shelf visit: pure."""
