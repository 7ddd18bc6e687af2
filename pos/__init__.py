"""The clerk's room: the counter's protocol, the server's side of it, and the terminal on the counter."""
