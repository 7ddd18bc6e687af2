"""Providers, captures, declarations of payments."""
