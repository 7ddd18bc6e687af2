"""Pages and calls of the operator's room."""
