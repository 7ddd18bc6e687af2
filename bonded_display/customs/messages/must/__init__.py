"""The rules of 1210 one by one; ``rules_1210`` says which message keeps which."""
