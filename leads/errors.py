"""What may go wrong, in sentences for whoever runs the firm's server. None repeats a visitor's words."""

from __future__ import annotations


class LeadsError(Exception):
    """Any of them; its text can be shown as it stands."""


class SettingsError(LeadsError):
    """The environment variable ``name`` is at fault; ``problem`` says how, without its value."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name, self.problem = name, problem


class StoreUnavailable(LeadsError):
    """The database cannot be reached, or did not answer in time. What was asked may be asked again."""


class WrongKey(LeadsError):
    """The keys at hand do not open what is kept in the store."""


class OnHold(LeadsError):
    """The law has the firm keep this lead for now."""


class NoSuchLead(LeadsError):
    """No lead has this number or id."""
