"""What a room below needs, read here, passed as its dataclass."""
