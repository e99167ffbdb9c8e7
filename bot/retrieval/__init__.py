"""Find the entries that answer a query: TF-IDF, static vectors, spelling repair, calibration."""

import os

# The products of one query are too small to share: BLAS threads waiting for each other made a
# ranking twenty times slower on a busy machine. Set before numpy is imported anywhere.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
