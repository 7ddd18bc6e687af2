"""Import of register, goods, stock and placements from sheets, as jobs of the worker."""
