"""`python -m bot.building FOLDER INTO TODAY NICE [CONTENT INDEX]`: one job of a `Builder`."""

import sys

from bot.building.process import main

sys.exit(main(sys.argv[1:]))
