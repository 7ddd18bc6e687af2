"""Transports and the print worker."""
