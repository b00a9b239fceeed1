"""The C library's heap, held small: what is given back is to leave the process."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8
_M_MMAP_THRESHOLD = -3
_ARENAS = 2
_LARGE = 128 * 1024  # bytes from which a block has pages of its own


def hold_small() -> bool:
    """Lets threads share two arenas, and gives large blocks, such as a session's keys and values,
    pages of their own for good: each thread's own arena keeps what was once used there. Whether
    the C library can do that (glibc can). To be called before threads are started."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    mallopt.argtypes = (ctypes.c_int, ctypes.c_int)
    return bool(mallopt(_M_ARENA_MAX, _ARENAS)) and bool(mallopt(_M_MMAP_THRESHOLD, _LARGE))
