"""What is over leaves the database: copied into a file, proved, deleted, and read back."""
