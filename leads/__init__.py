"""From conversation to lawyer, never lost. Imports no Rasa, and of ours only ``knowledge``.

A lead, its consent and one outbox row per target are committed together (``store``) before the visitor reads
a receipt number; a process of its own takes the rows to the targets (``outbox``, ``worker``).
"""
