"""The other side: customs, zone, payment company, courier, Stripe, identity service and receipt printer, each a program of its own."""
