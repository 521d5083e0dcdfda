"""Where others read along, nobody is asked for a name or a number: the request goes on between two alone."""

from __future__ import annotations

# Rasa's name for the channel of a conversation that others can read.
PUBLIC = "slack_channel"
# What a message of the assistant carries (in its metadata) when the request is to go on in private.
GOES_ON = "goes_on"
PRIVATE = "private"
