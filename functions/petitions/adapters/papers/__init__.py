"""The files of formal papers, such as a signed answer: PDF, DOCX and the digital signature.

Only the function `reports` imports them, because their libraries are heavy.
"""
