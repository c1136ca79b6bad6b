"""The commands of `ponder`, one a file."""
