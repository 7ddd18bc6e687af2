"""Loads, floors and benches; nothing of the product imports it."""
