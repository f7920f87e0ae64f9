"""The judge: generated plans, scheduled by us and by the open reference schedulers, compared item by item."""
