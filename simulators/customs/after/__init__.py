"""What comes after a list: withdrawal, goods return, tax period, guarantees, book, display."""
