"""Attacks on the running system, repeated as tests (`make test-security`)."""
