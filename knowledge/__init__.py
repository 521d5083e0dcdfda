"""Facts of the law as data, and the small code that reads them. Imports neither Rasa nor our other folders."""
