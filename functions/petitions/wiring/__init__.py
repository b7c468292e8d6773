"""Builds for an entry point just what it needs, on first use: a module each, and `base` for what they share."""
