"""Officers' actions on a petition: a command for every action in the table of transitions, and their execution.

Start at `act_on_petition`. The commands are in `commands`. The other modules hold the rules that commands share.

Stands on: contact, files, officers, petition, shared.
"""
