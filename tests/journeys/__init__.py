"""Whole stories in a real browser, against the server as people start it."""
