"""One sale walked from outside, as a person would: over HTTP, the command line and the other side's pages."""
