"""The simulator of the national portal's gateway: sessions, the petition services, and what it holds."""
