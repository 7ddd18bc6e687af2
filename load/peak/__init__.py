"""What placing is measured beside: many connections, even demand, bulk, and the floors above it."""
