"""``make run``: all programs of the house and of the other side on this machine, with a trade to look at."""
