"""What is in the way of a deployment: person, organisation, project, settings, each fault with what mends it.

`preflight` asks all; the `*_checks` are what it asks, of `facts` that `google` answers; `needs.json` is what a
deployment needs of roles, policies, regions and quotas.
"""
