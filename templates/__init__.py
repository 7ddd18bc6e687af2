"""Words and shapes of pages, slips and mail, read as package data."""
