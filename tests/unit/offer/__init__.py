"""The pure rules of offers: quantities, visits, landed prices, districts."""
