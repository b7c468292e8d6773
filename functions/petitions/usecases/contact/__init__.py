"""Citizens' requests for a person: the request with its e-mail, the inbox of the desk, the answer through the bot.

Import `request_contact` for requests of citizens, and `handle_contact` and `read_contacts` for the desk.

Stands on: officers, shared.
"""
