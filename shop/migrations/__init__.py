"""Migrations of the one database, oldest first."""
