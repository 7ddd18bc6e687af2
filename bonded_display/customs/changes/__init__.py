"""What changes or undoes a declaration list that was sent: withdrawal, goods return, amendment."""
