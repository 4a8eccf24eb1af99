"""The graph of revisions as plain data, and the plans made from it."""

from __future__ import annotations
