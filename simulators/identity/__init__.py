"""The other side's identity service: does this name go with this ID number?"""
