"""A door that stands for those who import it; nothing public is behind it."""

from __future__ import annotations
