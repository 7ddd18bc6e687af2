"""Slip layout and its bytes."""
