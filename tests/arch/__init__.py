"""The house rules, each with a failing example beside it."""
