"""The shared package of all functions; its layers are described in functions/README.md."""
