"""Contact requests (a citizen asks for a person): the e-mail to officers, the inbox, and the answer in the chat.

Import `request_contact` for requests of citizens, and `handle_contact` and `read_contacts` for the desk.

Stands on: officers, shared.
"""
