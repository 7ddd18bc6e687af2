"""The program on the counter: journal, sync, devices, till page."""
