"""Google's control plane, faked: requests and answers by its discovery documents, behaviour by a table of rules.

`discovery` reads the documents, `schemas` compares JSON with them, `state` holds what was made, `generic` makes, gets,
lists, changes and deletes anything, `rules` is what Google does besides; the other modules are the services that are
more than that. `plane` puts them together, `server` is its port. Stands on the standard library alone.
"""
