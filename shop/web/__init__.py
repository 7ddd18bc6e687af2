"""The shopper's pages and the joined back office."""
