"""Messages that come in, read as far as they can be understood."""
