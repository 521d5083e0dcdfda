"""What plugs into the Rasa server: sentence encoder, intent classifier, entity extractor, chat page. May import knowledge."""
