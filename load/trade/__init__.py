"""Two weeks of trade made by the product's verbs against running simulators, under a moved clock."""
