"""The speed benchmark: what it must not get wrong."""
