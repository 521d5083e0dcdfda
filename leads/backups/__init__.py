"""Backups of all that is kept, sealed with the leads' keys, and how to come back from one: python -m leads.backups.

The keys are never in a backup: who has both has everything. An archive is a folder with one sealed file per
database and ``manifest.json``, which holds no contents and is signed with the same keys.
"""
