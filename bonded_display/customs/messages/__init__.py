"""One module a message, named after the document it carries."""
