"""Builders of use cases, on first use: one module per entry point, and `base` for the shared parts."""
