"""Vietnamese text: how it is compared, searched, masked and worded.

Here are normalised words, phrases, likeness, search terms, fingerprints, masking of personal data, and the catalogue of
every text that the system sends or shows. Import any module.

Texts are compared in two ways: `likeness` compares their words and forgives slips; `similarity` compares fingerprints,
where the words are not kept or a query has to find them.

The index of words behind the desk's search finds whole words without marks, in any order; it does not find parts of
words, words of one letter, misspellings or synonyms, nor what stands beyond the first 150 different words of a petition
(`searching`).

Stands on: shared.
"""
