"""Goods on the shelf: placements, shelf codes, labels."""
