"""How fast the assistant is beside stock Rasa: `make bench`. What is measured, and how: docs/speed.md."""
