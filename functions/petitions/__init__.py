"""The shared package of all functions. Its layers are described in functions/README.md."""
