"""Finance's pages and the providers' webhooks."""
