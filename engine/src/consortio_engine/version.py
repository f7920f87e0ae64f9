"""The version that every fingerprint carries."""

VERSION = "0.1.0"
