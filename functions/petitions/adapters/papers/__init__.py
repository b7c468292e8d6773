"""The files of formal papers: PDF, DOCX and the signature. Only `reports` imports them: their libraries are heavy."""
