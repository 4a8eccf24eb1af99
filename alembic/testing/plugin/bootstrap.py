"""Nothing: SQLAlchemy's plugin needs no help, but some conftest files load this."""
