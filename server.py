"""Start the chat server: `python server.py --host 127.0.0.1 --port 8080 --faq faq`."""

from __future__ import annotations

import sys

from bot.cli import main

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
