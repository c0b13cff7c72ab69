"""Voices told apart where people share a channel."""
