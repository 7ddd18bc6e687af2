"""Reading finance's books for people: accounts, entries, postings, sales, payments."""
