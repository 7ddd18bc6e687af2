"""How a person's calendar year is counted, whatever is counted in it."""
