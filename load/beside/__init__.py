"""What placing is measured beside: other connections, demand and bulk, and the floors above it."""
