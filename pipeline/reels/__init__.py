"""Reels: passages of many recordings in one sound file, with what leads back to each source."""
