"""What may happen at an event, and what did. Pure: time, chance and ids come in as arguments."""
