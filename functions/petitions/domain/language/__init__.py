"""Vietnamese text: how it is compared, searched, masked and worded.

Here are normalised words, phrases, search terms, similarity, masking of personal data, and the catalogue of every
text that the system sends or shows. Import any module.

Stands on: shared.
"""
