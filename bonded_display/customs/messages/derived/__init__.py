"""What is made from the tables and never written by hand: the schema and the printed page."""
