"""The desk: web pages for the officers who handle petitions, and the interface `/api/v1` for other systems."""
