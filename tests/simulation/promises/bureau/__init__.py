"""Promises about the work beside the petitions from Zalo: letters, papers, other systems, and the terminal."""
