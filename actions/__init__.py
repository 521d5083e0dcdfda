"""What Rasa may ask us to do. Thin and flat: slots in, knowledge asked, words out."""
