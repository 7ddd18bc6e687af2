"""Double entry: chart, postings, periods."""
