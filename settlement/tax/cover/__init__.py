"""What guarantees cover: who waits for room, when it runs out, what stands on display."""
