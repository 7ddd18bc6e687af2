"""The pure rules of accounts: phones, ID numbers, throttles' figures."""
