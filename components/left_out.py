"""Serves without libraries that Rasa imports whatever the bot: 450 MB and half of the start, and ours never uses them.

``install`` puts a stand-in where they would be imported: names that can be subclassed, subscripted and used as
decorators, as Rasa's modules do while they are imported, and that raise as soon as one of them is made to work. A
training never runs with it. Not used with ``SHORTCUTS=off``, or when one of them is there already.
"""

from __future__ import annotations

import sys
from abc import ABCMeta
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# For components, channels, stores, brokers and plots of Rasa's that this bot has not, and for its command line.
_LEFT_OUT = """
    tensorflow tensorflow_addons keras sklearn sklearn_crfsuite matplotlib PIL aiogram webexteamssdk twilio fbmessenger
    rocketchat_API mattermostwrapper pymongo bson boto3 botocore s3transfer aio_pika aiormq pamqp questionary prompt_toolkit
"""
NAMES = frozenset(_LEFT_OUT.split())


class Absent(RuntimeError):
    """Something of a library was to be used where it is left out."""


class _Name(ABCMeta):
    """A name in such a library, and all names under it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {"__module__": __name__})

    def __getitem__(cls, key: Any) -> Any:
        return cls

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]  # as a decorator
        if cls.__module__ == __name__:
            return lambda function: function  # as one with arguments, e.g. tf.function(...)
        raise Absent(f"{cls.__name__} is left out here; start with SHORTCUTS=off")


class _Module(ModuleType):
    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Name(name, (), {"__module__": __name__})


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return ModuleSpec(name, self, is_package=True) if name.split(".")[0] in NAMES else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> bool:
    """From here on imports of them give the stand-in. False, and nothing done, if one is imported already."""
    if any(name in sys.modules for name in NAMES):
        return False
    sys.meta_path.insert(0, _Finder())
    return True
