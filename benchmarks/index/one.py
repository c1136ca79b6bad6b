"""One index of a repository, in a process of its own: see run.py.

python -m benchmarks.index.one SOURCE [--question TEXT] [--vectors]
"""

from __future__ import annotations

if __name__ == "__main__":
    # Here, because the processes that parse import this module again. The terminal's imports what a
    # command needs when it is called, too.
    from benchmarks.index.run import main

    main()
