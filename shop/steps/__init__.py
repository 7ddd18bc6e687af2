"""Handlers of the flow: each turns one fact into the call of the verb that acts on it."""
