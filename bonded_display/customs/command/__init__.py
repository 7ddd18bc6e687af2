"""The customs desk from the command line: JSON in, JSON out, no database."""
