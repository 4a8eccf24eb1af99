"""Answers of the commands, as data and as text."""

from __future__ import annotations
