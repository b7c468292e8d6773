"""Vietnamese text: how it is compared, searched, masked and worded.

Here are normalised words, phrases, search terms, similarity, masking of personal data, and the catalogue of every
text that the system sends or shows. Import any module.

The index of words behind the search finds whole words without marks, in any order; it does not find parts of words,
words of one letter, misspellings or synonyms, nor what stands beyond the first 150 different words of a petition
(`searching`).

Stands on: shared.
"""
