"""Records kept on disk, searchable, and usable wherever a path is.

Takes records with what is searched of them, gives them back; one SQLite file, crash-safe, no server.
"""

from trialwright.library.store import Entry, Found, Library, is_library

__all__ = ["Entry", "Found", "Library", "is_library"]
