"""Facts of the law as data, and the code that reads them. Imports no Rasa and none of our other folders."""
