"""The assistant on several processes: a real PostgreSQL, Redis and nginx."""
