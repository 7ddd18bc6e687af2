"""Trouble on the other side: scripted misfortune of real life, and planted falsehoods."""
