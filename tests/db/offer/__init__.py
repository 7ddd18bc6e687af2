"""Offers on both databases: put and shown."""
