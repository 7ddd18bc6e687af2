"""The customs order and its states: pure."""
