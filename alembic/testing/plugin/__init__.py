"""Kept for conftest files that load ``bootstrap`` from here."""
