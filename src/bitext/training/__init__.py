"""Training of translation packages: text → pieces and arrays → weights → an Argos package. Needs the extra `train`."""

import os

# Read when torch is first imported. Threads that wait for one another sleep instead of spinning, which on a busy
# machine takes half of the processor's time (901 → 1,463 target pieces a CPU second); big tensors lie in large pages.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")
