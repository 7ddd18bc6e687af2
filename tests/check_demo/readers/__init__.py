"""Read files: messages, certificates, slips, pictures; what must be in them is the checks'."""
