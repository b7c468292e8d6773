"""Vietnamese text: splitting into words, comparison, search, masking of personal data, and texts of messages.

Words are compared *folded*, i.e. in lower case without diacritics: "Đường" -> "duong". The package also has the
catalogue, which holds every text that the system sends or shows. Import any module.

Texts are compared in two ways. `likeness` compares their words and forgives slips. `similarity` compares fingerprints,
for texts whose words are not kept or that a query has to find.

The index of words behind the officers' search (`searching`) finds whole words without diacritics, in any order. It does
not find parts of words, words of one letter, misspellings or synonyms. Only the first `MOST_SEARCH_WORDS` different
words of a petition are indexed.

Stands on: shared.
"""
