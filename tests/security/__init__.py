"""Attacks that were tried on the running system, as a test suite of their own (`make test-security`)."""
