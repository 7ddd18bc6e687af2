"""The slip on paper: how it looks, and the bytes that make a printer print it."""
