"""The groups: gather, place, capture."""
