"""What the operator's pages read of several rooms: orders, worklists, today's curve."""
