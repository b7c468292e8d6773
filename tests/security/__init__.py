"""The attacks that were tried on the running system, as a suite of their own (`make test-security`)."""
