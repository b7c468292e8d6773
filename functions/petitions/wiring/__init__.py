"""Builders of use cases, on first use: one module for each entry point, and `base` for the shared parts."""
