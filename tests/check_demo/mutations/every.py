"""All mutations in one list."""

from tests.check_demo.mutations import messages, papers_and_books

MUTATIONS = (
    *messages.DOCUMENTS,
    *messages.SIGNATURES,
    *messages.ANSWERS,
    *papers_and_books.PAPERS,
    *papers_and_books.BOOKS,
)
