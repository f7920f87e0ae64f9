"""Consortio: joint work of independent organisations, as equals."""

__version__ = "0.1.0"
