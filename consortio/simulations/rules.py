"""What can be simulated."""

TRIALS = (1_000, 2_000, 5_000, 20_000)
SEED_MAX = 2**53 - 1  # what JSON keeps exactly
RUN = "simulations.run"
