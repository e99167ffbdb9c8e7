"""The ways in: websocket, REST, pages, console. Nothing here decides what a patient reads."""
