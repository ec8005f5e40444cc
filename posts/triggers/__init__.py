"""What the database itself refuses, on any connection: SQL triggers over the tables of posts.

Valid on SQLite and PostgreSQL; the machinery that writes them for each is in `audit.triggers`. Which moves a
state may make is not said here but taken from THE TABLE.
"""

from audit import triggers
from posts.triggers.editorial import CLEARANCES, PEOPLE, POSTS, VERSIONS
from posts.triggers.sending import AFTERLIFE, ATTEMPTS, DELIVERIES
from posts.triggers.words import WORDS


def register() -> None:
    triggers.register(*VERSIONS, *PEOPLE, *CLEARANCES, *DELIVERIES, *WORDS, *ATTEMPTS, *AFTERLIFE, *POSTS)
