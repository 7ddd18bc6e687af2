"""The licensed payment company: declares what was paid, by whom, under its own key."""
