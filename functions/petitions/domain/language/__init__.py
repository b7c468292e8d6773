"""Vietnamese text: comparison, search, masking and the wording of messages.

The package has normalised words, phrases, likeness, search terms, fingerprints, masking of personal data, and the
catalogue of every text that the system sends or shows. Import any module.

Texts are compared in two ways. `likeness` compares their words and forgives slips. `similarity` compares fingerprints,
for texts whose words are not kept or that a query has to find.

The index of words behind the desk's search (`searching`) finds whole words without marks, in any order. It does not
find parts of words, words of one letter, misspellings or synonyms. Only the first `MOST_SEARCH_WORDS` different words
of a petition are indexed.

Stands on: shared.
"""
