"""Promises about work that does not come from Zalo: letters, papers, other systems, and the terminal."""
