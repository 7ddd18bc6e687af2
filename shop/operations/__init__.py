"""Keeping the house running: queues, parked work, processes, and who decided what."""
