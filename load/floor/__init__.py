"""What the order path is measured beside: the same rows as plain SQL, run by pgbench."""
