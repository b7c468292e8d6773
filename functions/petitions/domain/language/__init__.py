"""Vietnamese text.

Here are normalised words, phrases, search terms, similarity, masking of personal data, and the catalogue of every
text that the system says. Import any module.

Stands on: shared.
"""
