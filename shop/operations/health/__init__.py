"""Whether the machine keeps up: queues, groups, locks, tables, indexes, room."""
