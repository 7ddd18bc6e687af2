"""Soak of the customs desk: very many orders, scripted trouble, killed workers, books compared."""
