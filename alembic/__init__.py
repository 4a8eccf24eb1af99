"""Database migrations for SQLAlchemy."""

__version__ = "1.21.0"
