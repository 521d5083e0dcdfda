"""What plugs into the Rasa server: understanding, channels, the demonstration site. May import knowledge and leads."""
