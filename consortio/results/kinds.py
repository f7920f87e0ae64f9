"""The names of this feature's background work: actions start it, `jobs` does it."""

READ, BRING_IN = "results.read", "results.bring-in"
