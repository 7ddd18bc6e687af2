"""``make load``: a crowd of Locust users at the whole house, the books compared afterwards."""
