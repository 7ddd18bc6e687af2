"""The customs command line."""
