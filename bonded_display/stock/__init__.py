"""Bonded stock: movements, availability, lots, the account book."""
