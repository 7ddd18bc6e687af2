"""The tables of the rooms as they were first made; the steps since lie one folder up."""
