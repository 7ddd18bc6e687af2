"""What was heard from customs, read back: a paper's answers, and the paper that one is about."""
