"""The walk: the operator's verbs, one after the other, on the fake control plane, from an empty project to its end.

`ground` finds what it runs on, `tree` copies the project to a folder of its own, `verb` runs one command of
`infra.operate` there, `steps` are the walk and `report` what it found. `make rehearse` is its command line.
"""
