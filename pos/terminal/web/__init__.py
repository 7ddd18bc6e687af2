"""The till page on 127.0.0.1: what a clerk sees and presses; what it does is ``till``'s."""

from pos.terminal.web.serving import serve

__all__ = ["serve"]
