"""The other side's Stripe: Checkout Sessions, refunds, events, a pay page, and books of its own."""
