"""Characters that hide in a line, or turn it round: two names that look alike would be two, or one read as another."""

TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # the direction of everything after them
HIDING = frozenset("\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff")  # no width, and no part of any script
NOT_IN_LINES = TURNING | HIDING
