"""What the command line shows: values to lines of text. Nothing here decides anything."""
