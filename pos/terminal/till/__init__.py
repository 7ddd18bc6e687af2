"""What a clerk does at the till: scan, basket, payment, shift; pages and printer are elsewhere."""
