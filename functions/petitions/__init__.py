"""The package that all functions share. Its layers are described in functions/README.md."""
