"""What goods that come back are until customs has granted their return, and after."""
