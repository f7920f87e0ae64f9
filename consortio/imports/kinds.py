"""The names of this feature's background work: actions start it, `jobs` does it."""

READ, APPLY = "imports.read", "imports.apply"
