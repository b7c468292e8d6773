"""The officers' pages, and `/api/v1` for other systems."""
