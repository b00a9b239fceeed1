from loopback import start

__all__ = ["start"]
