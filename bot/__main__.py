"""`python -m bot` is the command `askwell`."""

from bot.cli import main

main()
