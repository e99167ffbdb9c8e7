"""`python -m bot.building FOLDER INTO TODAY HASTE [CONTENT INDEX]`: one job of a `Builder`."""

import sys

from bot.building.haste import step_back
from bot.building.job import Job

job = Job.read(sys.argv[1:])
step_back(job.haste)

from bot.building.process import main  # noqa: E402  it takes a while, so after stepping back

sys.exit(main(job))
