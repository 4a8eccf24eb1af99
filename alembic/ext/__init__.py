"""Comparisons that a project switches on by name."""
