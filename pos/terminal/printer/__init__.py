"""The printer on the counter: ways to it, its state, and the worker that feeds it."""
