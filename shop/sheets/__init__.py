"""What comes in and goes out as sheets and papers: samples, ledger, catalogue, labels."""
