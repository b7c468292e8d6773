"""Officers' actions on a petition: a command for every action of the table of transitions, and the code that runs it.

Start at `act_on_petition`. The commands are in `commands`, and the modules beside it hold the rules that they share.

Stands on: contact, files, officers, petition, shared.
"""
