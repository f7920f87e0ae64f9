"""Readers and writers of plans in other programs' formats. Nothing here imports Django."""
